#include "cortexnet_ranges.h"

#include "brianlib/cuda_utils.h"
#include "objects.h"

#include <thrust/binary_search.h>
#include <thrust/execution_policy.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/sequence.h>
#include <thrust/sort.h>

#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace cortexnet {
namespace {

const int THREADS = 256, BLOCKS_OF_A_MULTIPROCESSOR = 16;

template <typename T> T* new_on_card(std::size_t size)
{
    T* values;
    CUDA_SAFE_CALL(cudaMalloc((void**)&values, std::max<std::size_t>(size, 1) * sizeof(T)));
    return values;
}

int blocks_for(std::size_t size) { return int(std::min<std::size_t>((size + THREADS - 1) / THREADS, 65535)); }

__global__ void make_rows(const int32_t* sources, int start, int shortest, int n_delays, int32_t* rows, int64_t n)
{
    for (int64_t k = blockIdx.x * int64_t(blockDim.x) + threadIdx.x; k < n; k += int64_t(gridDim.x) * blockDim.x)
        rows[k] = (sources[k] - start) * n_delays + rows[k] - shortest;
}

__global__ void copy_spikes(const int32_t* eventspace, int capacity, int32_t* spikes, int32_t* n_spikes)
{
    const int n = eventspace[capacity];
    for (int k = blockIdx.x * blockDim.x + threadIdx.x; k < n; k += gridDim.x * blockDim.x)
        spikes[k] = eventspace[k];
    if (blockIdx.x == 0 && threadIdx.x == 0)
        *n_spikes = n;
}

template <typename T>
__global__ void move(const T* from, T* to, const int32_t* order, bool to_delivery, int64_t n)
{
    for (int64_t k = blockIdx.x * int64_t(blockDim.x) + threadIdx.x; k < n; k += int64_t(gridDim.x) * blockDim.x)
        if (to_delivery)
            to[k] = from[order[k]];
        else
            to[order[k]] = from[k];
}

template <typename T> void reorder_values(void* values, const int32_t* order, bool to_delivery, std::size_t n)
{
    T* copy = new_on_card<T>(n);
    CUDA_SAFE_CALL(cudaMemcpy(copy, values, n * sizeof(T), cudaMemcpyDeviceToDevice));
    move<T><<<blocks_for(n), THREADS>>>(copy, (T*)values, order, to_delivery, n);
    CUDA_CHECK_ERROR("cortexnet::move");
    CUDA_SAFE_CALL(cudaFree(copy));
}

}  // namespace

template <typename T>
void Ranges::prepare(const thrust::device_vector<int32_t>& sources, const thrust::host_vector<T>& delays, double dt,
                     int start_, int stop, int n_cells, bool in_order_, const Ranges* lying_as)
{
    n_synapses = sources.size();
    if (n_synapses == 0)
        return;
    start = start_;
    n_sources = stop - start_;
    capacity = n_cells;
    in_order = in_order_;
    CUDA_SAFE_CALL(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, 0));

    std::vector<int32_t> counted(n_synapses);
    for (std::size_t k = 0; k < n_synapses; k++)
        counted[k] = int32_t(delays[delays.size() > 1 ? k : 0] / dt + 0.5);  // as Brian2 rounds
    const auto ends = std::minmax_element(counted.begin(), counted.end());
    shortest = *ends.first;
    n_delays = *ends.second - shortest + 1;
    n_steps = *ends.second + 1;
    require_few_rows();

    int32_t* steps = new_on_card<int32_t>(n_synapses);
    CUDA_SAFE_CALL(cudaMemcpy(steps, counted.data(), n_synapses * sizeof(int32_t), cudaMemcpyHostToDevice));
    if (lying_as)
        lying_as->reorder(steps, sizeof(int32_t), true);
    sort(thrust::raw_pointer_cast(sources.data()), steps);
    CUDA_SAFE_CALL(cudaFree(steps));

    recent = new_on_card<int32_t>(std::size_t(n_steps) * capacity);
    n_recent = new_on_card<int32_t>(n_steps);
    CUDA_SAFE_CALL(cudaMemset(n_recent, 0, n_steps * sizeof(int32_t)));
}

template void Ranges::prepare(const thrust::device_vector<int32_t>&, const thrust::host_vector<float>&, double, int, int,
                              int, bool, const Ranges*);
template void Ranges::prepare(const thrust::device_vector<int32_t>&, const thrust::host_vector<double>&, double, int, int,
                              int, bool, const Ranges*);

void Ranges::require_few_rows() const  // as an index and a grid can number
{
    if (int64_t(n_sources) * n_delays < INT_MAX && n_delays < 65536)
        return;
    std::fprintf(stderr, "Error reading delays: %d sources with %d delays are too many ranges, use delivery='brian2'\n",
                 n_sources, n_delays);
    std::exit(1);
}

void Ranges::sort(const int32_t* sources, int32_t* rows)  // at first the delays in steps
{
    const int n_rows = n_sources * n_delays;
    make_rows<<<blocks_for(n_synapses), THREADS>>>(sources, start, shortest, n_delays, rows, n_synapses);
    CUDA_CHECK_ERROR("cortexnet::make_rows");
    order = new_on_card<int32_t>(n_synapses);
    thrust::sequence(thrust::device, order, order + n_synapses);
    thrust::stable_sort_by_key(thrust::device, rows, rows + n_synapses, order);
    first = new_on_card<int32_t>(n_rows + 1);
    thrust::lower_bound(thrust::device, rows, rows + n_synapses, thrust::counting_iterator<int32_t>(0),
                        thrust::counting_iterator<int32_t>(n_rows + 1), first);
}

void Ranges::reorder(void* values, std::size_t bytes, bool to_delivery) const
{
    if (bytes == 8)
        reorder_values<uint64_t>(values, order, to_delivery, n_synapses);
    else if (bytes == 4)
        reorder_values<uint32_t>(values, order, to_delivery, n_synapses);
    else
        reorder_values<uint8_t>(values, order, to_delivery, n_synapses);
}

void Ranges::keep_spikes(const int32_t* eventspace)
{
    if (n_delays == 0)
        return;
    now = (now + 1) % n_steps;
    const int blocks = std::min(blocks_for(capacity), multiprocessors);
    copy_spikes<<<blocks, THREADS>>>(eventspace, capacity, recent + int64_t(now) * capacity, n_recent + now);
}

Rows Ranges::rows() const
{
    return {in_order ? nullptr : order, first, recent, n_recent, start, n_sources, shortest, n_delays, capacity, n_steps, now};
}

dim3 Ranges::grid() const  // as many blocks as the card holds at a time, spread over the delays
{
    return dim3(std::min(std::max(BLOCKS_OF_A_MULTIPROCESSOR * multiprocessors / n_delays, 1), capacity), n_delays);
}

int Ranges::threads() const  // about as many as a range has synapses, in whole warps
{
    const std::size_t mean = n_synapses / (std::size_t(n_sources) * n_delays);
    return int(std::min<std::size_t>(32 * (mean / 32 + 1), THREADS));
}

}  // namespace cortexnet
