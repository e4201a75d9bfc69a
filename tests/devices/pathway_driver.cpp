// Lets tests drive a pathway step by step.
#include "cortexnet_range_delivery.h"

struct Driver {
    std::vector<int32_t> sources, numbers;
    cortexnet::Pathway pathway;

    Driver(int start, int stop) : pathway(sources, start, stop) {}

    int write(const std::vector<int32_t>& synapses, int32_t* out) const
    {
        std::copy(synapses.begin(), synapses.end(), out);
        return synapses.size();
    }
};

extern "C" {

Driver* create(int start, int stop) { return new Driver(start, stop); }
void destroy(Driver* driver) { delete driver; }

// Begins a run; tells whether it will be over ranges.
int prepare(Driver* driver, const int32_t* sources, int n, double* delays, int n_delays, double dt)
{
    driver->sources.assign(sources, sources + n);
    driver->numbers.resize(n);
    for (int i = 0; i < n; i++)
        driver->numbers[i] = i;
    driver->pathway.prepare(0, 0, delays, n_delays, driver->sources.data(), n, dt);
    if (!driver->pathway.in_ranges())
        return 0;
    driver->pathway.copy<int32_t>(0, driver->numbers.data(), true);
    return 1;
}

// Does a time step; writes the synapses that spikes reach, and returns their number, or -1 if a source is wrong.
int step(Driver* driver, int32_t* spikes, int n, int32_t* out)
{
    driver->pathway.advance();
    driver->pathway.push(spikes, n);
    if (!driver->pathway.in_ranges())
        return driver->write(*driver->pathway.peek(), out);
    const int32_t* const by_copy = driver->pathway.column<int32_t>(0, driver->numbers.data());
    const int32_t* const order = driver->pathway.order();
    int found = 0;
    for (const cortexnet::Range& range : driver->pathway.arriving())
        for (uint32_t k = range.first; k < range.last; k++) {
            const int32_t synapse = order ? order[k] : k;
            if (synapse != by_copy[k] || driver->sources[synapse] != range.source)
                return -1;
            out[found++] = synapse;
        }
    return found;
}

// Ends a run; then the queue holds what would arrive in so many steps.
void finish(Driver* driver) { driver->pathway.fill_queue(); }
int waiting(Driver* driver, int ahead, int32_t* out)
{
    const CSpikeQueue& queue = *driver->pathway.queue[0];
    return ahead < (int)queue.queue.size() ? driver->write(queue.queue[(queue.offset + ahead) % queue.queue.size()], out) : 0;
}

// The delays in steps as Brian2's queue sees them.
void steps_of_queue(double* delays, int n, double dt, int32_t* out)
{
    std::vector<int32_t> sources(n);
    CSpikeQueue queue(0, 1);
    queue.prepare(delays, n, sources.data(), n, dt);
    for (int i = 0; i < n; i++)
        out[i] = queue.delays[i];
}

}
