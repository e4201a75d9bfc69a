// What the simulating program tells the process that started it: one line "name value" each, on the pipe whose number is
// in CORTEXNET_REPORT. Included in main.cpp and run.cpp of every program.
#ifndef CORTEXNET_RUN_REPORT_H
#define CORTEXNET_RUN_REPORT_H

#include "network.h"
#include "objects.h"
#include "run.h"

#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>

namespace cortexnet {

inline void announce_results();  // generated: announces every array that will be written, and asks for the space

inline std::FILE* report_channel()
{
    static const char* number = std::getenv("CORTEXNET_REPORT");
    static std::FILE* channel = number ? fdopen(std::atoi(number), "w") : std::fopen("/dev/null", "w");
    return channel;
}

inline void report(const std::string& name, double value)
{
    std::fprintf(report_channel(), "%s %.17g\n", name.c_str(), value);
    std::fflush(report_channel());
}

inline double seconds(clockid_t clock)
{
    timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

// ---- the time loop ----

struct TimeLoop {
    Network* network = nullptr;
    double start_time = 0.0, simulated = 0.0;  // of the network
    double cpu_start = 0.0, cpu = 0.0, wall_start = 0.0, wall = 0.0;
    double last_shown = 0.0;
};

inline TimeLoop& time_loop()
{
    static TimeLoop loop;
    return loop;
}

// runs once a time step, as the last object of the network; shown at most ten times a second
inline void show_progress()
{
    TimeLoop& loop = time_loop();
    const double now = seconds(CLOCK_MONOTONIC);
    if (now - loop.last_shown < 0.1)
        return;
    loop.last_shown = now;
    report("simulated_seconds", loop.simulated + loop.network->t - loop.start_time);
}

inline void begin_run(Network& network)
{
    TimeLoop& loop = time_loop();
    loop.network = &network;
    loop.start_time = network.t;
    if (!network.objects.empty())
        network.add(network.objects.front().first, show_progress);
    loop.wall_start = seconds(CLOCK_MONOTONIC);
    if (loop.simulated == 0.0)
        report("construction_cpu_seconds", seconds(CLOCK_PROCESS_CPUTIME_ID));
    loop.cpu_start = seconds(CLOCK_PROCESS_CPUTIME_ID);
}

inline void finish();

inline double resident_bytes()
{
    double all = 0.0, resident = 0.0;
    std::ifstream("/proc/self/statm") >> all >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

inline void end_run()
{
    TimeLoop& loop = time_loop();
    loop.cpu += seconds(CLOCK_PROCESS_CPUTIME_ID) - loop.cpu_start;
    loop.wall += seconds(CLOCK_MONOTONIC) - loop.wall_start;
    loop.simulated += loop.network->t - loop.start_time;
    report("final_memory_bytes", resident_bytes());
    if (Network::_globally_stopped) {  // interrupted: later runs and what lies between them would be another experiment
        announce_results();
        brian_end();
        finish();
        std::exit(0);
    }
}

// ---- values given when the program is started ----

// The value at a position of a list in the environment.
inline std::string listed_value(const char* variable, int position)
{
    const char* text = std::getenv(variable);
    std::istringstream values(text ? text : "");
    std::string value;
    for (int i = 0; i <= position; i++)
        if (!std::getline(values, value, ',')) {
            std::fprintf(stderr, "Error reading the environment: %s has no value %d\n", variable, position);
            std::exit(1);
        }
    return value;
}

// of Brian2's seed() calls, in their order
inline unsigned long long seed_value(int position)
{
    return std::strtoull(listed_value("CORTEXNET_SEEDS", position).c_str(), nullptr, 10);
}

// of the runs, in their order, in seconds
inline double run_duration(int position)
{
    return std::strtod(listed_value("CORTEXNET_DURATIONS", position).c_str(), nullptr);
}

// of a clock, as Brian2's Clock computes it: to the nearest step if that is near enough, else to the next
inline int64_t step_at(double time, double dt)
{
    const double nearest = std::round(time / dt);
    return std::fabs(nearest * dt - time) / dt <= 1e-4 ? nearest : std::ceil(time / dt);
}

// ---- results ----

// gives the memory of an array back
template <typename Array> inline void release(Array& array)
{
    Array().swap(array);
}

inline double& result_bytes()
{
    static double bytes = 0.0;
    return bytes;
}

inline void announce(const std::string& file, double bytes)
{
    report("file:" + file, bytes);
    result_bytes() += bytes;
}

// what is known now is exact: better to stop here than to leave cut files
inline void require_space_for_results()
{
    struct statvfs disk;
    if (statvfs(brian::results_dir.c_str(), &disk) != 0)
        return;
    const double available = double(disk.f_bavail) * disk.f_frsize;
    if (result_bytes() <= available)
        return;
    std::fprintf(stderr, "Error writing results: %.0f bytes are needed in %s, %.0f are free\n", result_bytes(),
                 brian::results_dir.c_str(), available);
    std::exit(1);
}

inline double peak_memory_bytes()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.compare(0, 6, "VmHWM:") == 0)
            return 1024.0 * std::atof(line.c_str() + 6);
    rusage usage;  // inherited from the parent process, so only where there is nothing better
    getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    return usage.ru_maxrss;
#else
    return 1024.0 * usage.ru_maxrss;
#endif
}

inline void finish()
{
    const TimeLoop& loop = time_loop();
    report("simulated_seconds", loop.simulated);
    report("cpu_seconds", loop.cpu);
    report("wall_seconds", loop.wall);
    report("peak_memory_bytes", peak_memory_bytes());
    report("finished", 1);
}

}  // namespace cortexnet

#endif
