// SPDX-License-Identifier: GPL-2.0-only
// Any sequence of what the module's probes can meet: fragments, events and sweeps of
// several contexts, tasks whose address is used again, a collector that comes late, and
// interrupts, which run the next step between two accesses to shared memory.
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "fuzzer.h"
#include "printk_log.h"
#include "pure.h"

namespace {

constexpr u32 tasks = 3;
constexpr u32 cpus = 2;
constexpr u32 interrupts_max = 3; // one in the other
constexpr size_t record_max = 512;

// Text says whose it is: bytes from here on are of one context and one life of its task.
constexpr u8 first_tag = 0x80;
// With which each line of text ends, so that a line that was cut shows.
constexpr char line_end = '\1';

const std::string marks[] = {
    "------------[ cut here ]------------", "---[ end trace 0000000000000000 ]---",
    std::string(66, '=')};
constexpr const char* headlines[] = {
    "WARNING: ", "BUG: KASAN: ", "BUG: KFENCE: ", "UBSAN: ", "kernel BUG at "};
constexpr size_t first_without_event = 3; // of the headlines
constexpr const char* tools[] = {"warning", "kasan", "kfence", ""};
constexpr const char* own_tool = "begun"; // of error_report_begin()

struct Task {
    u64 start_time;
    u8 tag;     // of its first context
    u32 probes; // that it is in
};

struct Log {
    PrintkLog memory{4096, record_max};
    size_t record = 0; // length of the last
};

class World {
  public:
    explicit World(Input& input) : input_(input) {
        constexpr u32 sizes[] = {48, 100, 300, 1024};
        const u32 slots = 1 + input.below(3);
        const u32 size = sizes[input.below(std::size(sizes))];

        owners_.resize(slots + ERN_SPARE_SLOTS);
        slots_.resize(slots + ERN_SPARE_SLOTS);
        text_.resize(ern_assembler_text_size(slots, size));
        ern_assembler_init(
            &assembler_, owners_.data(), slots_.data(), text_.data(), slots, size, done);
        // So that they run out.
        assembler_.n = slots + input.below(3);
        for (Task& task : tasks_)
            be_born(task);
        current = this;
        port_interrupt = interrupt;
    }

    ~World() { port_interrupt = nullptr; }

    void run() {
        while (!input_.empty())
            step();
        finish();
    }

  private:
    using Act = void (World::*)();

    // The next of the input.
    void step() {
        static constexpr Act acts[] = {
            &World::print_mark, &World::print_headline, &World::print_text, &World::print_text,
            &World::end_event,  &World::start_event,    &World::sweep_some, &World::pass_time,
            &World::die,        &World::collect,        &World::arm,        &World::begin_own,
            &World::finish_own};
        (this->*acts[input_.below(std::size(acts))])();
    }

    void print_mark() {
        const ern_printer by = printer();
        print(by, marks[input_.below(std::size(marks))], true);
    }

    void print_headline() {
        const ern_printer by = printer();
        const u8 which = input_.below(std::size(headlines));
        without_event_ += which >= first_without_event;
        print(by, headlines[which] + text_of(by, "x"), false);
    }

    void print_text() {
        const ern_printer by = printer();
        print(by, text_of(by, input_.bytes(input_.byte() % 128)), false);
    }

    static std::string text_of(const ern_printer& by, std::string_view bytes) {
        std::string text;
        for (const char byte : bytes) {
            if (byte == '\n')
                text += line_end;
            text += byte == '\n' || byte == '\0' ? byte : by.comm[0];
        }
        return text + line_end;
    }

    void print(const ern_printer& by, std::string text, bool mark) {
        // No record that a probe still reads is overwritten: an interrupt has its own.
        Log& log = logs_[depth_];
        const u8 how = input_.byte();
        const bool continues = how & 1 && log.record + text.size() < record_max;
        if (continues && mark)
            text += line_end;
        log.record = (continues ? log.record : 0) + text.size();
        if (how & 2)
            text += '\n';
        const std::string_view at = log.memory.store(by.owner, text, continues);
        const bool collects = !mark && has_open(by);
        const u64 before = collected_bytes();
        const size_t ended = ended_;

        printed_bytes_ += at.size() + 1;
        const bool alone = probe(by, [&] {
            return !ern_assembler_idle(&assembler_, by.note, at.data(), at.size()) &&
                   ern_assembler_fragment(&assembler_, &by, at.data(), at.size());
        });
        // A line of an open report is in it, or at least in its length.
        if (alone && collects && ended == ended_) {
            const u64 added = collected_bytes() - before;
            REQUIRE(added == at.size() || added == at.size() + 1);
        }
    }

    void end_event() {
        const ern_printer by = printer();
        const ern_detector* detector = ern_detector_by_tool(tools[input_.below(std::size(tools))]);
        events_.push_back({detector ? detector->tool : nullptr, false});
        const u64 id = events_.size();
        probe(by, [&] { return ern_assembler_end(&assembler_, &by, detector, id); });
    }

    void start_event() {
        const ern_printer by = printer();
        probe(by, [&] { return ern_assembler_start(&assembler_, &by); });
    }

    void begin_own() {
        const u32 number = input_.below(tasks);
        const u32 context = input_.below(ERN_CONTEXTS);
        const ern_printer by = printer(number, context);
        events_.push_back({own_tool, false});
        const u64 id = events_.size();
        begun_.push_back({number, context, id});
        probe(by, [&] { return ern_assembler_begin(&assembler_, &by, own_tool, id); });
    }

    // Whichever, also out of order.
    void finish_own() {
        if (begun_.empty())
            return;
        const auto at = begun_.begin() + input_.below(static_cast<unsigned>(begun_.size()));
        const Begun begun = *at;
        begun_.erase(at);
        const ern_printer by = printer(begun.number, begun.context);
        probe(by, [&] { return ern_assembler_finish(&assembler_, &by, own_tool, begun.id); });
    }

    void sweep_some() { sweep(input_.below(8)); }

    void sweep(unsigned long silence) {
        const ern_printer nobody = {};
        probe(nobody, [&] { return ern_assembler_sweep(&assembler_, now_, silence); });
    }

    void pass_time() { now_ += input_.byte(); }

    // The task; the next one gets its address.
    void die() {
        Task& task = tasks_[input_.below(tasks)];
        if (!task.probes && next_tag_ + ERN_CONTEXTS <= 0x100)
            be_born(task);
    }

    void be_born(Task& task) {
        task.start_time++;
        task.tag = static_cast<u8>(next_tag_);
        next_tag_ += ERN_CONTEXTS;
    }

    // An interrupt comes at one of the next accesses.
    void arm() { countdown_ = 1 + input_.byte(); }

    void collect() {
        lost_ += static_cast<u64>(atomic_xchg(&assembler_.lost, 0));
        std::vector<ern_slot*> finished;
        finished.swap(done_);
        for (ern_slot* slot : finished) {
            check(*slot);
            ern_assembler_release(&assembler_, slot);
        }
    }

    // What is promised of every report.
    void check(const ern_slot& slot) {
        const ern_report& report = slot.report;
        const std::string_view text(slot.text, slot.len);
        const auto tag = static_cast<u8>(report.comm[0]);

        REQUIRE(slot.len <= slot.size);
        REQUIRE(report.pid == tag && report.context == tag % ERN_CONTEXTS);
        for (const char byte : text) {
            REQUIRE(byte != '\0');
            REQUIRE(static_cast<u8>(byte) < first_tag || static_cast<u8>(byte) == tag);
        }
        check_length(slot, text);
        check_end(report);
        reported_bytes_ += report.text_len;
    }

    static void check_length(const ern_slot& slot, std::string_view text) {
        const u32 flags = slot.report.flags;
        REQUIRE(!(flags & ERROR_REPORT_FLAG_NO_TEXT) == (slot.report.text_len != 0));
        if (!(flags & ERROR_REPORT_FLAG_TRUNCATED)) {
            REQUIRE(slot.report.text_len == slot.len);
            return;
        }
        REQUIRE(slot.report.text_len > slot.size);
        // At a line's end, unless not one came whole.
        REQUIRE(
            text.empty() || text.back() == line_end || text.back() == '\n' ||
            text.find('\n') == text.npos);
    }

    void check_end(const ern_report& report) {
        const u32 without = ERROR_REPORT_FLAG_NO_EVENT | ERROR_REPORT_FLAG_UNTERMINATED;
        REQUIRE((report.flags & without) != without);
        REQUIRE(report.tool[0]);
        if (report.flags & without) {
            REQUIRE(report.id == 0 || !std::strcmp(report.tool, own_tool));
            return;
        }
        REQUIRE(report.id >= 1 && report.id <= events_.size());
        Event& event = events_[report.id - 1];
        REQUIRE(!event.reported);
        event.reported = true;
        by_event_++;
        REQUIRE(!event.tool || !std::strcmp(report.tool, event.tool));
    }

    void finish() {
        countdown_ = 0;
        sweep(0);
        collect();
        for (const unsigned long word : owners_)
            REQUIRE(word == 0);
        REQUIRE(atomic_read(&assembler_.active) == 0);
        REQUIRE(reported_bytes_ <= printed_bytes_);
        // Each event made a report or was lost; so may be what fires none.
        const u64 came = events_.size() - begun_.size();
        REQUIRE(by_event_ + lost_ >= came);
        REQUIRE(by_event_ + lost_ <= came + without_event_);
    }

    // Who is drawn from the input.
    ern_printer printer() {
        const u32 number = input_.below(tasks);
        return printer(number, input_.below(ERN_CONTEXTS));
    }

    ern_printer printer(u32 number, u32 context) {
        const u32 cpu = input_.below(cpus);
        const Task& task = tasks_[number];
        const auto tag = static_cast<u8>(task.tag + context);

        comms_[tag] = {static_cast<char>(tag)};
        return {
            .owner = (0x1000ul * (number + 1)) | context << ERN_CONTEXT_SHIFT,
            .start_time = task.start_time,
            .now = now_,
            .note = &notes_[cpu],
            .comm = comms_[tag].data(),
            .pid = tag,
            .cpu = cpu,
            .context = context,
        };
    }

    // Returns whether no interrupt came.
    template <typename Event>
    bool probe(const ern_printer& by, Event event) {
        Task* const task = by.owner ? &tasks_[by.owner / 0x1000 - 1] : nullptr;
        const size_t ended = ended_;
        const int active = assembler_.active.counter;
        const int lost = assembler_.lost.counter;
        const u64 interrupts = interrupts_;

        if (task)
            task->probes++;
        const bool changed = event();
        if (task)
            task->probes--;
        if (interrupts != interrupts_)
            return false;
        // Else nobody would look.
        REQUIRE(
            changed || (ended == ended_ && active == assembler_.active.counter &&
                        lost == assembler_.lost.counter));
        return true;
    }

    bool has_open(const ern_printer& by) const {
        for (u32 i = 0; i < assembler_.n; i++)
            if (owners_[i] == (by.owner | 1) && slots_[i].start_time == by.start_time)
                return true;
        return false;
    }

    u64 collected_bytes() const {
        u64 sum = 0;
        for (u32 i = 0; i < assembler_.n; i++)
            sum += owners_[i] ? slots_[i].report.text_len : 0;
        return sum;
    }

    static void done(ern_slot* slot) {
        current->ended_++;
        current->done_.push_back(slot);
    }

    static void interrupt() {
        if (!current->countdown_ || --current->countdown_ || current->depth_ == interrupts_max)
            return;
        current->depth_++;
        current->interrupts_++;
        current->step();
        current->depth_--;
    }

    struct Event {
        const char* tool; // nullptr for one that the module does not know
        bool reported;
    };

    struct Begun {
        u32 number; // of the task
        u32 context;
        u64 id;
    };

    static inline World* current;

    Input& input_;
    ern_assembler assembler_{};
    std::vector<unsigned long> owners_;
    std::vector<ern_slot> slots_;
    std::vector<char> text_;
    std::vector<ern_slot*> done_;
    std::array<ern_note, cpus> notes_{};
    std::array<Log, interrupts_max + 1> logs_;
    std::array<Task, tasks> tasks_{};
    std::array<std::array<char, ERN_COMM_LEN>, 0x100> comms_{};
    std::vector<Event> events_;
    std::vector<Begun> begun_;
    u32 next_tag_ = first_tag;
    unsigned long now_ = 1000;
    u32 countdown_ = 0;
    u32 depth_ = 0;
    u64 interrupts_ = 0;
    size_t ended_ = 0;
    u64 lost_ = 0;
    u64 by_event_ = 0;
    u64 without_event_ = 0; // headlines
    u64 printed_bytes_ = 0;
    u64 reported_bytes_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Input input(data, size);
    World(input).run();
    return 0;
}
