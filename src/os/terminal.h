#pragma once

// Standard streams: which are a terminal, and who may write to them.

namespace ese::os {

constexpr int standard_input = 0;
constexpr int standard_output = 1;
constexpr int standard_error = 2;

bool is_terminal(int fd);
// How many characters fit in a line; 80 where nobody knows.
unsigned terminal_width(int fd);

// Standard output for one writer alone: a new descriptor for what it was, while everything that anybody else writes to
// it goes to standard error from now on. Throws ErrorKind::output.
int take_standard_output();

}  // namespace ese::os
