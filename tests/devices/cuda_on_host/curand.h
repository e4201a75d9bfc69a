// cuRAND as far as a program must name it; a model that draws from it cannot be run on the host.
#pragma once
#define CURAND_H_

enum curandStatus_t {
    CURAND_STATUS_SUCCESS,
    CURAND_STATUS_VERSION_MISMATCH,
    CURAND_STATUS_NOT_INITIALIZED,
    CURAND_STATUS_ALLOCATION_FAILED,
    CURAND_STATUS_TYPE_ERROR,
    CURAND_STATUS_OUT_OF_RANGE,
    CURAND_STATUS_LENGTH_NOT_MULTIPLE,
    CURAND_STATUS_DOUBLE_PRECISION_REQUIRED,
    CURAND_STATUS_LAUNCH_FAILURE,
    CURAND_STATUS_PREEXISTING_FAILURE,
    CURAND_STATUS_INITIALIZATION_FAILED,
    CURAND_STATUS_ARCH_MISMATCH,
    CURAND_STATUS_INTERNAL_ERROR,
};
enum curandRngType { CURAND_RNG_PSEUDO_DEFAULT };
typedef struct curandGenerator* curandGenerator_t;
struct curandState {};

inline curandStatus_t curandCreateGenerator(curandGenerator_t*, curandRngType) { return CURAND_STATUS_SUCCESS; }
inline curandStatus_t curandDestroyGenerator(curandGenerator_t) { return CURAND_STATUS_SUCCESS; }
inline curandStatus_t curandSetPseudoRandomGeneratorSeed(curandGenerator_t, unsigned long long) { return CURAND_STATUS_SUCCESS; }
inline curandStatus_t curandSetGeneratorOffset(curandGenerator_t, unsigned long long) { return CURAND_STATUS_SUCCESS; }
template <typename... Arguments> curandStatus_t curandGenerateUniform(Arguments...) { return CURAND_STATUS_INTERNAL_ERROR; }
template <typename... Arguments> curandStatus_t curandGenerateUniformDouble(Arguments...) { return CURAND_STATUS_INTERNAL_ERROR; }
template <typename... Arguments> curandStatus_t curandGenerateNormal(Arguments...) { return CURAND_STATUS_INTERNAL_ERROR; }
template <typename... Arguments> curandStatus_t curandGenerateNormalDouble(Arguments...) { return CURAND_STATUS_INTERNAL_ERROR; }
template <typename... Arguments> curandStatus_t curandGeneratePoisson(Arguments...) { return CURAND_STATUS_INTERNAL_ERROR; }
template <typename... Arguments> void curand_init(Arguments...) {}
