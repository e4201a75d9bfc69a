// How spikes reach the synapses of one pathway. The synapses are sorted once, stably, by source cell and delay; a step
// keeps the cells that spiked, not their synapses. What arrives now are the ranges of synapses of the cells that
// spiked one delay ago: taken from the longest delay down, in the order of the spikes, they are the very synapses, in
// the very order, that Brian2's queue would hold.
#ifndef CORTEXNET_RANGE_DELIVERY_H
#define CORTEXNET_RANGE_DELIVERY_H

#include "brianlib/spikequeue.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace cortexnet {

const size_t BLOCK = 256;  // synapses whose draws are made at once

struct Range {
    int32_t source;
    uint32_t first, last;  // positions in the sorted order
};

template <typename T> inline void prefetch(const T* column, const Range& range)
{
    const char* const end = (const char*)(column + range.last);
    for (const char* line = (const char*)(column + range.first); line < end; line += 64)
        __builtin_prefetch(line);
}

// The sorted order of synapses.
struct Table {
    int shortest = 0, delays = 1;  // the shortest delay in time steps, and how many there are from it to the longest
    uint64_t fingerprint = 0;      // of all sources and delays
    std::vector<uint32_t> first;   // where the synapses begin of (source, delay), one after the other; and their number
    std::vector<int32_t> order;    // the synapse at each position; empty if they were in this order already

    int longest() const { return shortest + delays - 1; }
    int32_t synapse(uint32_t position) const { return order.empty() ? position : order[position]; }

    // Returns why a pathway cannot have one, or nothing.
    template <typename scalar>
    const char* tabulate(const scalar* delay, size_t n_given, const int32_t* source, size_t n, int start, int stop, double dt)
    {
        int least = INT32_MAX, most = 0;
        for (size_t i = 0; i < n_given; i++) {
            const int steps = (int)(delay[i] / dt + 0.5);  // as CSpikeQueue rounds
            least = std::min(least, steps);
            most = std::max(most, steps);
        }
        shortest = n_given > 0 ? least : 0;
        delays = most - shortest + 1;
        const size_t rows = size_t(std::max(stop - start, 0)) * delays;
        if (shortest < 0 || delays > UINT16_MAX || n > UINT32_MAX)
            return "its delays or synapses cannot be numbered";
        if (rows > 4 * n + UINT16_MAX)
            return "its delays are spread too thinly";
        std::vector<uint16_t> steps(n_given);
        for (size_t i = 0; i < n_given; i++)
            steps[i] = (int)(delay[i] / dt + 0.5) - shortest;
        const auto row = [&](size_t i) { return size_t(source[i] - start) * delays + (n_given > 1 ? steps[i] : 0); };
        sort(row, rows, n);
        fingerprint += n_given + 31 * shortest;
        return nullptr;
    }

private:
    template <typename Row> void sort(const Row& row, size_t rows, size_t n)
    {
        first.assign(rows + 1, 0);
        bool in_order = true;
        for (size_t i = 0, previous = 0; i < n; i++) {
            const size_t now = row(i);
            first[now + 1]++;
            in_order &= previous <= now;
            previous = now;
            fingerprint = fingerprint * 0x9E3779B97F4A7C15u + now + 1;
        }
        for (size_t r = 0; r < rows; r++)
            first[r + 1] += first[r];
        order.resize(in_order ? 0 : n);
        if (in_order)
            return;
        std::vector<uint32_t> next(first);
        for (size_t i = 0; i < n; i++)
            order[next[row(i)]++] = i;
    }
};

class Pathway {
public:
    std::vector<int32_t>& sources;    // of every synapse
    std::vector<CSpikeQueue*> queue;  // Brian2's, one; it is used where ranges cannot be, and Brian2 writes its state

    Pathway(std::vector<int32_t>& sources, int start, int stop) : sources(sources), start(start), stop(stop)
    {
        queue.push_back(new CSpikeQueue(start, stop));
    }
    ~Pathway() { delete queue[0]; }

    // At the start of a run.
    template <typename scalar>
    void prepare(int, int, scalar* delay, int n_given, int32_t* source, int n, double dt)
    {
        Table now_valid;
        const char* const unfit = now_valid.tabulate(delay, n_given, source, n, start, stop, dt);
        const bool unchanged = in_ranges() && dt == queue[0]->dt && now_valid.fingerprint == table.fingerprint;
        if (!prepared)
            why_not = unfit ? unfit : "";
        else if (in_ranges() && (unfit || !unchanged))
            why_not = "its delays or synapses were changed between runs";  // the spikes under way are in the queue
        if (!in_ranges()) {
            queue[0]->prepare(delay, n_given, source, n, dt);
        } else {
            table = std::move(now_valid);
            if (!prepared)
                history.resize(table.longest() + 1);
            for (auto& synapses : queue[0]->queue)
                synapses.clear();
            queue[0]->ensure_delay(table.longest());
            queue[0]->dt = dt;
        }
        prepared = true;
    }

    bool in_ranges() const { return why_not.empty(); }
    const std::string& reason() const { return why_not; }

    // ---- in every time step ----

    void advance()
    {
        if (!in_ranges())
            return queue[0]->advance();
        now = now + 1 == history.size() ? 0 : now + 1;
        queue[0]->offset = (queue[0]->offset + 1) % queue[0]->queue.size();
    }

    void push(int32_t* spikes, int n)
    {
        if (!in_ranges())
            return queue[0]->push(spikes, n);
        history[now].assign(std::lower_bound(spikes, spikes + n, start), std::lower_bound(spikes, spikes + n, stop));
    }

    std::vector<int32_t>* peek() { return queue[0]->peek(); }

    const std::vector<Range>& arriving()
    {
        ranges.clear();
        for (int delay = table.longest(); delay >= table.shortest; delay--)
            for (const int32_t source : spiked_before(delay)) {
                const uint32_t* const first = first_of(source, delay);
                if (first[0] < first[1])
                    ranges.push_back({source, first[0], first[1]});
            }
        return ranges;
    }

    // ---- values of the synapses in sorted order ----

    // Keeps a copy, unless the values are in this order and of this type already.
    template <typename T, typename V> void copy(size_t number, const V* values)
    {
        columns.resize(std::max(columns.size(), number + 1));
        const size_t n = table.first.back();
        if (table.order.empty() && std::is_same<T, V>::value)
            return columns[number].reset();
        columns[number].reset(new char[n * sizeof(T)]);
        T* const column = reinterpret_cast<T*>(columns[number].get());
        for (size_t k = 0; k < n; k++)
            column[k] = values[table.synapse(k)];
    }

    template <typename T, typename V> const T* column(size_t number, const V* values) const
    {
        const char* const copied = columns[number].get();
        return copied ? reinterpret_cast<const T*>(copied) : reinterpret_cast<const T*>(values);
    }

    bool has_copy(size_t number) const { return columns[number] != nullptr; }
    const int32_t* order() const { return table.order.data(); }
    void forget_order() { std::vector<int32_t>().swap(table.order); }

    // At the end of a run: gives Brian2's queue what it would hold.
    void fill_queue()
    {
        if (!in_ranges())
            return;
        std::vector<std::vector<int32_t>>& slots = queue[0]->queue;
        for (int ahead = 0; ahead <= table.longest(); ahead++) {
            std::vector<int32_t>& synapses = slots[(queue[0]->offset + ahead) % slots.size()];
            for (int delay = table.longest(); delay >= std::max(ahead, table.shortest); delay--)
                for (const int32_t source : spiked_before(delay - ahead)) {
                    const uint32_t* const first = first_of(source, delay);
                    for (uint32_t k = first[0]; k < first[1]; k++)
                        synapses.push_back(table.synapse(k));
                }
        }
    }

private:
    const int32_t start, stop;  // the source cells are [start, stop)
    bool prepared = false;
    std::string why_not = "it was never used";  // why Brian2's queue is used
    Table table;
    std::vector<std::vector<int32_t>> history;  // of the cells that spiked, by time step, in a circle
    size_t now = 0;                             // the place of this step in it
    std::vector<Range> ranges;
    std::vector<std::unique_ptr<char[]>> columns;

    const std::vector<int32_t>& spiked_before(size_t steps) const
    {
        return history[now >= steps ? now - steps : now + history.size() - steps];
    }

    const uint32_t* first_of(int32_t source, int delay) const
    {
        return &table.first[size_t(source - start) * table.delays + (delay - table.shortest)];
    }
};

}  // namespace cortexnet

#endif
