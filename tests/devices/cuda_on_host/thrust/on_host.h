// The part of Thrust that generated programs use: both kinds of vectors are std::vector.
#pragma once

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace thrust {

template <typename T> struct host_vector : std::vector<T> {
    using std::vector<T>::vector;
    host_vector() = default;
    template <typename Vector> host_vector& operator=(const Vector& other)
    {
        this->assign(other.begin(), other.end());
        return *this;
    }
};
template <typename T> struct device_vector : std::vector<T> {
    using std::vector<T>::vector;
    device_vector() = default;
    template <typename Vector> device_vector& operator=(const Vector& other)
    {
        this->assign(other.begin(), other.end());
        return *this;
    }
};

template <typename T> T* raw_pointer_cast(T* pointer) { return pointer; }
template <typename A, typename B> using pair = std::pair<A, B>;

struct on_device {};
const on_device device;

template <typename Iterator> struct iterator_value { typedef typename std::iterator_traits<Iterator>::value_type type; };

template <typename Keys, typename Values> void stable_sort_by_key(on_device, Keys first, Keys last, Values values)
{
    const std::size_t n = last - first;
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return first[a] < first[b]; });
    const std::vector<typename iterator_value<Keys>::type> keys_before(first, last);
    const std::vector<typename iterator_value<Values>::type> values_before(values, values + n);
    for (std::size_t k = 0; k < n; k++) {
        first[k] = keys_before[order[k]];
        values[k] = values_before[order[k]];
    }
}
template <typename Keys, typename Values> void sort_by_key(Keys first, Keys last, Values values)
{
    stable_sort_by_key(device, first, last, values);
}
template <typename Iterator> void sequence(Iterator first, Iterator last) { std::iota(first, last, 0); }
template <typename Iterator> void sequence(on_device, Iterator first, Iterator last) { std::iota(first, last, 0); }
template <typename Iterator> std::pair<Iterator, Iterator> minmax_element(on_device, Iterator first, Iterator last)
{
    return std::minmax_element(first, last);
}
template <typename T> struct counting_iterator {
    T value;
    explicit counting_iterator(T value) : value(value) {}
};
template <typename Iterator, typename T, typename Output>
void lower_bound(on_device, Iterator first, Iterator last, counting_iterator<T> begin, counting_iterator<T> end, Output output)
{
    for (T value = begin.value; value < end.value; value++)
        *output++ = std::lower_bound(first, last, value) - first;
}
template <typename Keys, typename Values> std::pair<Keys, Values> unique_by_key(Keys first, Keys last, Values values)
{
    std::size_t n = 0;
    for (std::ptrdiff_t k = 0; k < last - first; k++)
        if (n == 0 || first[n - 1] != first[k]) {
            first[n] = first[k];
            values[n++] = values[k];
        }
    return {first + n, values + n};
}

}  // namespace thrust
