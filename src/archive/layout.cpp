#include "archive/layout.h"

#include <algorithm>

#include "archive/frame.h"
#include "archive/tar.h"
#include "base/error.h"

namespace ese::archive {

namespace {

[[noreturn]] void damaged(const std::string& reason) { throw Error(ErrorKind::damage, reason); }

}  // namespace

Layout::Layout(const Manifest& manifest, const std::vector<SeekEntry>& frames) {
    FrameSums sums;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(frames.size(), manifest.frames.count));
    frames_.reserve(count + 1);
    frames_.emplace_back();
    for (std::size_t i = 0; i < count; ++i) {
        sums.add(frames[i].raw_bytes, frames[i].compressed_bytes);
        frames_.push_back({sums.compressed_bytes, sums.raw_bytes});
    }
    if (sums != manifest.frames) damaged("the archive has not the frames that manifest.json counts");

    std::uint64_t end = 0;
    places_.reserve(manifest.members.size());
    for (const MemberRecord& member : manifest.members) {
        const auto frame = static_cast<std::size_t>(member.frame);
        Place place{};
        place.header = end;
        place.data = begin_of(frame) + member.offset_in_frame;
        place.padding = place.data + member.size;
        end = place.end = place.padding + tar_padding(member.size);
        const bool header_fits = place.header >= begin_of(frame) && place.data <= end_of(frame) &&
                                 place.data >= place.header + tar_block &&
                                 place.data - place.header <= max_member_header_bytes;
        if (!header_fits || end > sums.raw_bytes)
            damaged(member.path + " is not where manifest.json says, or not as large");
        places_.push_back(place);
    }
    if (end != sums.raw_bytes) damaged("the tar has bytes that belong to no member");
    check_cuts();
}

void Layout::check_cuts() const {
    auto place = places_.begin();
    for (std::size_t frame = 0; frame + 1 < frames_.size(); ++frame) {
        const std::uint64_t begin = begin_of(frame);
        while (place != places_.end() && place->padding <= begin) ++place;
        if (place != places_.end() && place->data < begin && (begin - place->data) % member_cut_bytes != 0)
            damaged("frame " + std::to_string(frame) + " begins in the middle of a page");
    }
}

std::vector<Layout::Piece> Layout::pieces_of(std::size_t frame) const {
    const std::uint64_t begin = begin_of(frame), end = end_of(frame);
    std::vector<Piece> pieces;
    const auto add = [&](Piece::Kind kind, std::size_t member, std::uint64_t from, std::uint64_t to) {
        from = std::max(from, begin);
        to = std::min(to, end);
        if (from < to) pieces.push_back({kind, member, from, to});
    };
    const auto first =
        std::partition_point(places_.begin(), places_.end(), [&](const Place& place) { return place.end <= begin; });
    for (auto i = static_cast<std::size_t>(first - places_.begin()); i < places_.size(); ++i) {
        const Place& place = places_[i];
        if (place.header >= end) break;
        add(Piece::header, i, place.header, place.data);
        // Its header is in this frame, so its data, as little as it is, is, too.
        if (place.data == place.padding) pieces.push_back({Piece::data, i, place.data, place.data});
        add(Piece::data, i, place.data, place.padding);
        add(Piece::padding, i, place.padding, place.end);
    }
    return pieces;
}

}  // namespace ese::archive
