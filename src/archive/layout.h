#pragma once

// Where frames lie in the archive's file and in its tar, and members in the tar: what the seek table and the manifest
// say together.

#include <cstdint>
#include <vector>

#include "archive/manifest.h"
#include "archive/seek_table.h"

namespace ese::archive {

class Layout {
 public:
    // `frames`: all of the archive's. Throws ErrorKind::damage where the manifest contradicts them: another number or
    // another sum of bytes, a member outside its frame, bytes that belong to no member, a member's header cut in two,
    // or its data elsewhere than at a multiple of member_cut_bytes.
    Layout(const Manifest& manifest, const std::vector<SeekEntry>& frames);

    // Of frames that the manifest counts.
    std::uint64_t file_offset(std::size_t frame) const { return frames_[frame].file_offset; }
    std::uint64_t begin_of(std::size_t frame) const { return frames_[frame].tar_offset; }
    std::uint64_t end_of(std::size_t frame) const { return frames_[frame + 1].tar_offset; }

    // A member in the tar: header, data, padding.
    struct Place {
        std::uint64_t header, data, padding, end;
    };
    const Place& place_of(std::size_t member) const { return places_[member]; }

    // What a frame is made of, in order. The data of an empty member is a piece of no bytes.
    struct Piece {
        enum Kind { header, data, padding } kind;
        std::size_t member;
        std::uint64_t begin, end;  // in the tar
    };
    std::vector<Piece> pieces_of(std::size_t frame) const;

 private:
    struct Frame {
        std::uint64_t file_offset = 0, tar_offset = 0;
    };
    void check_cuts() const;

    std::vector<Frame> frames_;  // one more than there are: where the last one ends
    std::vector<Place> places_;
};

}  // namespace ese::archive
