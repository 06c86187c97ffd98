// Any bytes are a safetensors file or a std::runtime_error. What is read can be walked to its last byte, covers the
// data exactly, and is read again the same when written.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <tenet/io/safetensors.hpp>

using namespace tenet;

namespace {
void require(bool condition) {
    if (!condition) std::abort();
}

/// What `write_safetensors` puts into a file.
std::string written(const io::TensorFile& file) {
    io::Problems problems;
    std::vector<const io::TensorView*> in_order;
    for (const io::TensorView& tensor : file.tensors()) in_order.push_back(&tensor);
    std::string bytes = io::detail::safetensors_header(in_order, file.metadata(), problems);
    problems.throw_if_any<std::logic_error>("what was read cannot be written");
    for (const io::TensorView& tensor : file.tensors())
        bytes.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
    return bytes;
}

void compare(const io::TensorFile& a, const io::TensorFile& b) {
    require(a.metadata() == b.metadata() && a.tensors().size() == b.tensors().size());
    for (std::size_t i = 0; i < a.tensors().size(); ++i) {
        const io::TensorView &x = a.tensors()[i], &y = b.tensors()[i];
        require(x.name == y.name && x.type == y.type && x.shape == y.shape);
        require(std::ranges::equal(x.bytes, y.bytes));
    }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    io::TensorFile file;
    try {
        file = io::parse_safetensors(std::as_bytes(std::span{data, size}));
    } catch (const std::runtime_error&) {
        return 0;
    }
    std::size_t total = 0;
    for (const io::TensorView& tensor : file.tensors()) {
        total += tensor.bytes.size();
        if (io::is_real(tensor.type) && tensor.beyond_floats().empty())
            require(static_cast<std::int64_t>(tensor.to_floats().size()) == tensor.count());
        require(file.find(tensor.name) == &tensor);
    }
    require(total <= size);
    const std::string copy = written(file);
    compare(file, io::parse_safetensors(std::as_bytes(std::span{copy})));
    return 0;
}
