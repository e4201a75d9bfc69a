// Delivery by ranges: the synapses of a pathway lie sorted by source and delay, and the last steps' spikes are kept.
#ifndef CORTEXNET_RANGES_H
#define CORTEXNET_RANGES_H

#include <cstdint>
#include <thrust/device_vector.h>
#include <thrust/host_vector.h>

namespace cortexnet {

// What a kernel is told. A row is a source with a delay.
struct Rows {
    const int32_t* order;     // place in the order of delivery -> synapse; null where they are the same
    const int32_t* first;     // row -> its first place; the next row's is where it ends
    const int32_t* recent;    // the spikes of the last steps, `capacity` for each
    const int32_t* n_recent;  // and how many there were
    int start, n_sources, shortest, n_delays, capacity, n_steps, now;

    __host__ __device__ int step_before(int delay) const
    {
        return (now - shortest - delay + n_steps) % n_steps;
    }
    __host__ __device__ const int32_t* spikes(int delay) const
    {
        return recent + int64_t(step_before(delay)) * capacity;
    }
    __host__ __device__ int n_spikes(int delay) const { return n_recent[step_before(delay)]; }
    __host__ __device__ int row(int cell, int delay) const  // -1: a cell outside the pathway's subgroup
    {
        const int source = cell - start;
        return source >= 0 && source < n_sources ? source * n_delays + delay : -1;
    }
};

class Ranges {
public:
    int n_delays = 0;  // from the shortest to the longest; 0 without synapses

    // Sorts synapses stably by source and delay. Their delays are on the host alone, in the order of creation; all
    // else is on the card, there perhaps in the order of another pathway. `in_order`: it will be in that of this one.
    template <typename T>  // float or double
    void prepare(const thrust::device_vector<int32_t>& sources, const thrust::host_vector<T>& delays, double dt,
                 int start, int stop, int n_cells, bool in_order, const Ranges* lying_as);

    void keep_spikes(const int32_t* eventspace);  // the list of cells, and behind it their number
    Rows rows() const;
    dim3 grid() const;
    int threads() const;

    template <typename T> void to_order_of_delivery(thrust::device_vector<T>& values) const
    {
        if (n_delays > 0)
            reorder(thrust::raw_pointer_cast(values.data()), sizeof(T), true);
    }
    template <typename T> void to_order_of_creation(thrust::device_vector<T>& values) const
    {
        if (n_delays > 0 && values.size() == n_synapses)  // brian2cuda drops what no kernel reads
            reorder(thrust::raw_pointer_cast(values.data()), sizeof(T), false);
    }

private:
    std::size_t n_synapses = 0;
    int start = 0, n_sources = 0, shortest = 0, capacity = 0, n_steps = 1, now = 0;
    int multiprocessors = 1;
    bool in_order = false;
    int32_t *order = nullptr, *first = nullptr, *recent = nullptr, *n_recent = nullptr;

    void require_few_rows() const;
    void sort(const int32_t* sources, int32_t* rows);
    void reorder(void* values, std::size_t bytes, bool to_delivery) const;
};

}  // namespace cortexnet

#endif
