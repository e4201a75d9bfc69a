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

const size_t BLOCK = 256;  // synapses whose draws are made at once, a few too many so that
const size_t LANES = 16;   // whole vectors are filled: a draw that nobody looks at changes nothing

inline size_t whole_vectors(size_t n) { return (n + LANES - 1) / LANES * LANES; }

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

// The sorted order of the synapses of a pathway. Synapses that were created source after source, which is the rule,
// only move among those of the same source: no list of the whole order is needed.
class Table {
public:
    int shortest = 0, delays = 1;  // the shortest delay in time steps, and how many there are from it to the longest
    uint64_t fingerprint = 0;      // of all sources and delays
    bool in_order = true;          // the synapses were sorted from the beginning

    int longest() const { return shortest + delays - 1; }
    size_t size() const { return first.back(); }

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
        if (delays > 1 && rows > 4 * n + UINT16_MAX)
            return "its delays are spread too thinly";
        steps.resize(n_given > 1 ? n_given : 0);
        for (size_t i = 0; i < steps.size(); i++)
            steps[i] = (int)(delay[i] / dt + 0.5) - shortest;
        const auto row = [&](size_t i) { return size_t(source[i] - start) * delays + step(i); };
        bool by_source = true;
        first.assign(rows + 1, 0);
        for (size_t i = 0, previous = 0; i < n; i++) {
            const size_t now = row(i);
            first[now + 1]++;
            in_order &= previous <= now;
            by_source &= i == 0 || source[i - 1] <= source[i];
            previous = now;
            fingerprint = fingerprint * 0x9E3779B97F4A7C15u + now + 1;
        }
        fingerprint += n_given + 31 * shortest;
        for (size_t r = 0; r < rows; r++)
            first[r + 1] += first[r];
        if (!by_source) {
            std::vector<uint32_t> next(first);
            order.resize(n);
            for (size_t i = 0; i < n; i++)
                order[next[row(i)]++] = i;
        }
        return nullptr;
    }

    // Where the synapses of a source, counted from the first, and a delay begin and end.
    const uint32_t* range(size_t source, int delay) const { return &first[source * delays + (delay - shortest)]; }

    // Calls visit(position, synapse) for all synapses of a source, in any order.
    template <typename Visit> void visit(size_t source, const Visit& visit) const
    {
        const uint32_t begin = first[source * delays], end = first[(source + 1) * delays];
        if (in_order || !order.empty()) {
            for (uint32_t k = begin; k < end; k++)
                visit(k, order.empty() ? k : order[k]);
        } else {
            std::vector<uint32_t> next(&first[source * delays], &first[(source + 1) * delays]);
            for (uint32_t i = begin; i < end; i++)
                visit(next[steps[i]]++, i);
        }
    }

    template <typename Visit> void visit(const Visit& visit_one) const
    {
        for (size_t source = 0; source < (first.size() - 1) / delays; source++)
            visit(source, visit_one);
    }

    // Calls visit(synapse) for the synapses of a source and a delay, in their order.
    template <typename Visit> void visit(size_t source, int delay, const Visit& visit) const
    {
        const uint32_t* const found = range(source, delay);
        if (in_order || !order.empty()) {
            for (uint32_t k = found[0]; k < found[1]; k++)
                visit(order.empty() ? k : order[k]);
        } else {
            for (uint32_t i = first[source * delays]; i < first[(source + 1) * delays]; i++)
                if (steps[i] == delay - shortest)
                    visit(i);
        }
    }

    // Makes the list of the order, for those who look up one synapse at a time.
    const int32_t* list()
    {
        if (!in_order && order.empty()) {
            std::vector<int32_t> listed(size());
            visit([&](uint32_t k, int32_t synapse) { listed[k] = synapse; });
            order.swap(listed);
        }
        return in_order ? nullptr : order.data();
    }

    void forget_order()
    {
        std::vector<uint16_t>().swap(steps);
        std::vector<int32_t>().swap(order);
    }

private:
    std::vector<uint16_t> steps;  // delay of each synapse less the shortest; empty if there is but one
    std::vector<uint32_t> first;  // where the synapses begin of (source, delay), one after the other; and their number
    std::vector<int32_t> order;   // the synapse at each position, where the list was needed

    int step(size_t synapse) const { return steps.empty() ? 0 : steps[synapse]; }
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
        std::unique_ptr<Table> now_valid(new Table);
        const char* const unfit = now_valid->tabulate(delay, n_given, source, n, start, stop, dt);
        const bool unchanged = in_ranges() && dt == queue[0]->dt && now_valid->fingerprint == table->fingerprint;
        if (!prepared)
            why_not = unfit ? unfit : "";
        else if (in_ranges() && (unfit || !unchanged))
            why_not = "its delays or synapses were changed between runs";  // the spikes under way are in the queue
        if (!in_ranges()) {
            queue[0]->prepare(delay, n_given, source, n, dt);
        } else {
            table = std::move(now_valid);
            if (!prepared)
                history.resize(table->longest() + 1);
            for (auto& synapses : queue[0]->queue)
                synapses.clear();
            queue[0]->ensure_delay(table->longest());
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
        for (int delay = table->longest(); delay >= table->shortest; delay--)
            for (const int32_t source : spiked_before(delay)) {
                const uint32_t* const range = table->range(source - start, delay);
                if (range[0] < range[1])
                    ranges.push_back({source, range[0], range[1]});
            }
        return ranges;
    }

    // ---- values of the synapses in sorted order ----

    // Keeps a copy, unless the values are in this order and of this type already and nobody reads past their end.
    template <typename T, typename V> void copy(size_t number, const V* values, bool read_past_end)
    {
        columns.resize(std::max(columns.size(), number + 1));
        if (table->in_order && std::is_same<T, V>::value && !read_past_end)
            return columns[number].reset();
        columns[number].reset(new char[(table->size() + LANES) * sizeof(T)]);
        T* const column = reinterpret_cast<T*>(columns[number].get());
        table->visit([&](uint32_t k, int32_t synapse) { column[k] = values[synapse]; });
        std::fill(column + table->size(), column + table->size() + LANES, T());
    }

    template <typename T, typename V> const T* column(size_t number, const V* values) const
    {
        const char* const copied = columns[number].get();
        return copied ? reinterpret_cast<const T*>(copied) : reinterpret_cast<const T*>(values);
    }

    template <typename V> void release(size_t number, std::vector<V>& values) const
    {
        if (columns[number])
            std::vector<V>().swap(values);
    }

    // The synapse at each position; nothing if it is the position.
    const int32_t* order() { return table->list(); }

    // Keeps what the ranges need. The state of Brian2's queue cannot be told any more.
    void forget_order()
    {
        table->forget_order();
        is_told = false;
    }

    // At the end of a run: gives Brian2's queue what it would hold.
    void fill_queue()
    {
        if (!in_ranges() || !is_told)
            return;
        std::vector<std::vector<int32_t>>& slots = queue[0]->queue;
        for (int ahead = 0; ahead <= table->longest(); ahead++) {
            std::vector<int32_t>& synapses = slots[(queue[0]->offset + ahead) % slots.size()];
            for (int delay = table->longest(); delay >= std::max(ahead, table->shortest); delay--)
                for (const int32_t source : spiked_before(delay - ahead))
                    table->visit(source - start, delay, [&](int32_t synapse) { synapses.push_back(synapse); });
        }
    }

private:
    const int32_t start, stop;  // the source cells are [start, stop)
    bool prepared = false, is_told = true;
    std::string why_not = "it was never used";  // why Brian2's queue is used
    std::unique_ptr<Table> table;
    std::vector<std::vector<int32_t>> history;  // of the cells that spiked, by time step, in a circle
    size_t now = 0;                             // the place of this step in it
    std::vector<Range> ranges;
    std::vector<std::unique_ptr<char[]>> columns;

    const std::vector<int32_t>& spiked_before(size_t steps) const
    {
        return history[now >= steps ? now - steps : now + history.size() - steps];
    }
};

}  // namespace cortexnet

#endif
