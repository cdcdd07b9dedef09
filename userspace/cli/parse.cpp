// SPDX-License-Identifier: MIT
#include "parse/parse.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/diagnostic.h"
#include "cli/print.h"
#include "encode/found.h"
#include "parse/finder.h"
#include "parse/redact.h"
#include "parse/splitter.h"
#include "report/file_descriptor.h"

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace error_report {
namespace {

constexpr std::string_view standard_input = "-";

// Reads a log to its end, and writes each report when it has ended; no more once written fails.
class LogParser {
  public:
    LogParser(const Options& options, std::string_view source, Result<void>& written)
        : options_(options), source_(source), written_(written),
          finder_([this](const FoundReport& found) { write(found); }) {}

    Result<void> read(int fd) {
        std::array<char, std::size_t{64} << 10> buffer{};
        while (written_) {
            const auto count = ::read(fd, buffer.data(), buffer.size());
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0)
                return fail(fmt::format("cannot read {}: {}", source_, errno_text(errno)));
            if (count == 0)
                break;
            splitter_.feed(
                {buffer.data(), static_cast<std::size_t>(count)},
                [this](std::string_view line) { finder_.line(line); });
        }
        splitter_.finish([this](std::string_view line) { finder_.line(line); });
        finder_.finish();
        return {};
    }

  private:
    void write(FoundReport found) {
        if (!written_)
            return;
        if (options_.redact)
            redact(found);
        const auto parsed = parse_report(found);
        written_ = print(
            options_.format == "text" ? text_of(found, parsed, source_)
                                      : json_of(found, parsed, source_, options_.max_line));
    }

    const Options& options_;
    std::string_view source_;
    Result<void>& written_;
    LineSplitter splitter_;
    ReportFinder finder_;
};

Result<void> parse_file(const Options& options, const std::string& file, Result<void>& written) {
    if (file == standard_input)
        return LogParser(options, standard_input, written).read(STDIN_FILENO);
    const FileDescriptor log(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!log)
        return fail(fmt::format("cannot open {}: {}", file, errno_text(errno)));
    return LogParser(options, file, written).read(log.fd());
}

void declare(CLI::App& parser, Options& options) {
    parser.add_option("FILE", options.files, "Logs to read; - or none is standard input")
        ->type_name("");
    parser.add_option("--format", options.format, "json: a line a report; text: for people")
        ->capture_default_str()
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"json", "text"}));
    declare_max_line(parser, options);
    declare_redact(parser, options);
}

// One log that cannot be read hides none of the others.
Result<void> run(const Options& options) {
    Result<void> written;
    Result<void> read;
    const std::vector<std::string> none{std::string(standard_input)};
    for (const auto& file : options.files.empty() ? none : options.files) {
        auto parsed = parse_file(options, file, written);
        if (written && parsed)
            continue;
        if (!read)
            print_diagnostic(read.error().message);
        if (!written)
            return written;
        read = std::move(parsed);
    }
    return read;
}

} // namespace

const Command parse_command{
    "parse", "Find the reports in a kernel log, and say what they are", declare, succeed<run>};

} // namespace error_report
