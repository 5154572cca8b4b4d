// A database page of any size: checksum, structure, nodes, space headers and extents, and editing a page that was found
// sound.

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/error.h"
#include "format/database/page.h"
#include "format/database/page_checksum.h"
#include "format/database/space.h"

using namespace ese;
using namespace ese::format;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

template <class Action>
void attempt(Action action) {
    try {
        action();
    } catch (const Error&) {
    }
}

void walk(const PageView& page) {
    attempt([&] {
        require(SpaceHeader::parse(SpaceHeader::parse(page.external_header()).to_bytes()) ==
                SpaceHeader::parse(page.external_header()));
    });
    attempt([&] { (void)SplitBuffer::parse(page.external_header()); });
    attempt([&] { (void)SpaceHeader::parse(page.external_header()).available_pages(PageNumber(4)); });
    for (std::size_t i = 0; i < page.node_count(); ++i) {
        attempt([&] {
            const Node node = page.node(i);
            require(node.compare_key(node.key()) == 0);
            (void)ExtentNode::parse(node);
        });
        attempt([&] { (void)page.child(i); });
    }
}

// Replays the first bytes of the page as commands on it.
void edit(ByteSpan page) {
    const std::vector<std::uint8_t> commands(page.begin(), page.begin() + 64);
    PageWriter writer(page);
    for (const std::uint8_t command : commands) {
        const std::size_t count = writer.view().node_count();
        const std::size_t index = count == 0 ? 0 : command % count;
        const ByteView bytes = ByteView(commands).first(1u + command % 63);
        const ByteView key = bytes.first(bytes.size() / 2);
        attempt([&] {
            switch (command >> 6) {
                case 0: (void)writer.insert(index, key, bytes, command & 3); break;
                case 1: writer.erase(index); break;
                case 2: (void)writer.replace_data(index, bytes); break;
                default: writer.set_node_flags(index, command & 3);
            }
        });
        const PageStructure structure = check_page_structure(writer.view());
        require(structure.sound() && structure.free_bytes_agree);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::size_t page_bytes = std::size_t{2048} << data[0] % 5;
    // The input fills the page from both ends: the header and first nodes from the front, the tags from the back.
    const ByteView input(data + 1, size - 1);
    std::vector<std::uint8_t> page(page_bytes);
    const std::size_t half = std::min(input.size(), page_bytes) / 2;
    std::copy_n(input.begin(), half, page.begin());
    std::copy_n(input.rbegin(), half, page.rbegin());

    const PageNumber number(7);
    (void)verify_and_correct_page(page, number);
    const PageView view(page);
    (void)page_flags_to_string(view.flags());
    const PageStructure structure = check_page_structure(view);
    walk(view);
    if (structure.sound() && structure.free_bytes_agree && view.is_tree_page() && view.has(page_flag::leaf)) edit(page);
    stamp_page_checksum(page, number);
    require(verify_page(page, number).state == PageState::valid);
    return 0;
}
