#include "on_host.h"
