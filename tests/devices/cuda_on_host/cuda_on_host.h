// The part of CUDA that generated programs use, for a processor without a card: a kernel is a loop over its blocks and
// threads, one after the other, and the card's memory is the host's. It serves kernels whose threads do not wait for
// each other. Included before everything else, and precompiled with what most units include.
#pragma once

#include "thrust/on_host.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <tuple>

using std::max;
using std::min;

#define __global__
#define __device__
#define __host__
#define __syncthreads()
#define __threadfence()

struct dim3 {
    unsigned x, y, z;
    dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};
inline dim3 gridDim, blockDim, blockIdx, threadIdx;

namespace cuda_on_host {

template <typename Kernel> void launch(dim3 grid, dim3 block, Kernel kernel)
{
    gridDim = grid;
    blockDim = block;
    for (blockIdx.y = 0; blockIdx.y < grid.y; blockIdx.y++)
        for (blockIdx.x = 0; blockIdx.x < grid.x; blockIdx.x++)
            for (threadIdx.x = 0; threadIdx.x < block.x; threadIdx.x++)
                kernel();
}
template <typename Kernel> void launch(dim3 grid, dim3 block, std::size_t, Kernel kernel) { launch(grid, block, kernel); }

template <typename To, typename From> To bits(From value)
{
    static_assert(sizeof(To) == sizeof(From), "");
    To result;
    std::memcpy(&result, &value, sizeof(To));
    return result;
}

}  // namespace cuda_on_host

// ---- in kernels ----

template <typename T, typename U> T atomicAdd(T* address, U value)
{
    const T old = *address;
    *address += T(value);
    return old;
}
template <typename T, typename U, typename V> T atomicCAS(T* address, U compare, V value)
{
    const T old = *address;
    if (old == T(compare))
        *address = T(value);
    return old;
}
inline int __float_as_int(float value) { return cuda_on_host::bits<int>(value); }
inline float __int_as_float(int value) { return cuda_on_host::bits<float>(value); }
inline long long __double_as_longlong(double value) { return cuda_on_host::bits<long long>(value); }
inline double __longlong_as_double(long long value) { return cuda_on_host::bits<double>(value); }

// ---- on the host ----

enum cudaError_t { cudaSuccess, cudaErrorMemoryAllocation };
typedef cudaError_t cudaError;
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice };
enum cudaLimit { cudaLimitMallocHeapSize };
enum cudaDeviceAttr { cudaDevAttrMultiProcessorCount };
struct cudaDeviceProp {
    int multiProcessorCount = 1, maxThreadsPerBlock = 1024, maxThreadsPerMultiProcessor = 2048, warpSize = 32;
    std::size_t sharedMemPerBlock = 49152;
};
struct cudaFuncAttributes {
    int maxThreadsPerBlock = 1024, numRegs = 32;
    std::size_t sharedSizeBytes = 0, localSizeBytes = 0, constSizeBytes = 0;
};

inline cudaError_t cudaMalloc(void** pointer, std::size_t bytes)
{
    *pointer = std::malloc(bytes + 1);
    return *pointer ? cudaSuccess : cudaErrorMemoryAllocation;
}
inline cudaError_t cudaFree(void* pointer) { std::free(pointer); return cudaSuccess; }
inline cudaError_t cudaMemset(void* pointer, int value, std::size_t bytes)
{
    std::memset(pointer, value, bytes);
    return cudaSuccess;
}
inline cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind)
{
    std::memmove(to, from, bytes);
    return cudaSuccess;
}
template <typename T> cudaError_t cudaMemcpyToSymbol(T& symbol, const void* from, std::size_t bytes)
{
    std::memcpy((void*)&symbol, from, bytes);
    return cudaSuccess;
}
inline cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total)
{
    *free = *total = 0;
    return cudaSuccess;
}
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int)
{
    *properties = cudaDeviceProp();
    return cudaSuccess;
}
inline cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr, int)
{
    *value = 1;
    return cudaSuccess;
}
template <typename Kernel> cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, Kernel)
{
    *attributes = cudaFuncAttributes();
    return cudaSuccess;
}
template <typename Kernel>
cudaError_t cudaOccupancyMaxPotentialBlockSize(int* blocks, int* threads, Kernel, std::size_t, int)
{
    *blocks = 1;
    *threads = 64;
    return cudaSuccess;
}
template <typename Kernel>
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Kernel, int, std::size_t)
{
    *blocks = 1;
    return cudaSuccess;
}
inline cudaError_t cudaSetDevice(int) { return cudaSuccess; }
inline cudaError_t cudaDeviceSetLimit(cudaLimit, std::size_t) { return cudaSuccess; }
inline cudaError_t cudaDeviceSynchronize() { return cudaSuccess; }
inline cudaError_t cudaGetLastError() { return cudaSuccess; }
inline cudaError_t cudaProfilerStop() { return cudaSuccess; }
inline const char* cudaGetErrorString(cudaError_t) { return "an error"; }
