// SPDX-License-Identifier: MIT
//
// The slot protocol of kernel/assembler.c with the collector of kernel/deliver.c,
// for spin. README.md says which step stands for which line, and what the model
// leaves out. Each statement outside d_step and atomic is one access to shared
// memory, between any two of which everyone else may run.
//
// MUTATE_* removes one protection; the checker has to find each.

#define NESTING 2 // ERN_NESTING_MAX
#define NONE SLOTS

// The owner word: whose it is and, in the low bits, the phase. 0 is FREE.
#define OPEN 1
#define BUSY 2
#define DONE 3
#define WORD(task, phase) ((task) << 2 | (phase))
#define PHASE(word) ((word) & 3)
#define REPHASE(word, phase) (((word) & ~3) | (phase))

// For the property that the collector has a slot, in place of a printer's _pid.
#define COLLECTOR 100

// What tells the text of one task from another's.
#define WHOSE(task, start_time) ((task) << 2 | (start_time))

// Who prints: Printer(task, events, lives).
#if defined(TWO_CONTEXTS) // of two CPUs, or one interrupts the other
#define PRINTERS printing = 2; run Printer(1, 2, 1); run Printer(2, 1, 1)
#elif defined(RECYCLED_TASK)
#define PRINTERS printing = 1; run Printer(1, 2, 2)
#elif defined(NESTED_REPORTS)
#define PRINTERS printing = 1; run Printer(1, 4, 1)
#elif defined(REPORT_IN_PROBE) // one context, but twice
#define PRINTERS printing = 2; run Printer(1, 2, 1); run Printer(1, 1, 1)
#elif defined(NO_SLOT_LEFT)
#define SLOTS 1
#define PRINTERS printing = 2; run Printer(1, 2, 1); run Printer(2, 2, 1)
#endif

#ifndef SLOTS
#define SLOTS 2
#endif

// What the C code has.
byte word[SLOTS];  // ern_assembler.owner
byte start[SLOTS]; // ern_slot.start_time
byte depth[SLOTS]; // ern_slot.depth
byte next[SLOTS];  // ern_slot.node
byte head = NONE;  // collector.done
bool pending;      // collector.work, IRQ_WORK_PENDING
byte in_use;       // ern_assembler.active
byte top;          // ern_assembler.top

// What only the properties look at.
byte holder[SLOTS];     // who may touch the slot's data, 0 for nobody
byte whose[SLOTS];      // whose text is in it
bool complete[SLOTS];   // its report has all it needs
byte unpublished;       // reports that were claimed and not yet published
byte unanswered;        // end events that ended no report yet, nor were counted as lost
byte printing;          // contexts that may still print
bool sweeping;
bool collecting;

// A write to data that belongs to the slot's holder.
#define TOUCH(i) assert(holder[i] == _pid)

// Makes @at @new if it is @old, and says in @ok whether it was.
inline cmpxchg(at, old, new) {
	ok = (at == old);
	if
	:: ok -> at = new
	:: else
	fi
}

// Who got the slot has it alone.
inline hold(i) {
	if
	:: ok -> assert(!holder[i]); holder[i] = _pid
	:: else
	fi
}

// take(): makes an OPEN slot BUSY.
inline take(i, open) {
#if defined(MUTATE_TAKE_WITHOUT_CMPXCHG)
	ok = (word[i] == open);
	d_step {
		if
		:: ok -> word[i] = REPHASE(open, BUSY)
		:: else
		fi;
		hold(i)
	}
#elif defined(MUTATE_NO_OWNER_IN_WORD)
	d_step {
		ok = (PHASE(word[i]) == OPEN);
		if
		:: ok -> word[i] = REPHASE(word[i], BUSY)
		:: else
		fi;
		hold(i)
	}
#elif defined(MUTATE_NO_BUSY)
	d_step { ok = (word[i] == open); hold(i) }
#else
	d_step { cmpxchg(word[i], open, REPHASE(open, BUSY)); hold(i) }
#endif
}

inline put(i) {
#ifdef MUTATE_PUT_BEFORE_DATA
	word[i] = REPHASE(word[i], OPEN);
	d_step { TOUCH(i); holder[i] = 0 }
#else
	d_step { TOUCH(i); assert(i < top); holder[i] = 0; word[i] = REPHASE(word[i], OPEN) }
#endif
}

inline raise_top(least) {
	seen = top;
	do
	:: atomic { seen >= least -> seen = 0; break }
	:: atomic { seen < least && top == seen -> top = least; seen = 0; break }
	:: atomic { seen < least && top != seen -> seen = top }
	od
}

// llist_add() of done().
inline llist_add(i) {
	d_step { next[i] = head; head = i }
}

// irq_work_queue()
#define kick() pending = true

// finish(). @event: an end event is what ended the report.
inline finish(i, event) {
#if defined(MUTATE_DONE_BEHIND_LIST)
	d_step { TOUCH(i); complete[i] = true; unanswered = unanswered - event; holder[i] = COLLECTOR };
	llist_add(i);
	word[i] = REPHASE(word[i], DONE);
#elif defined(MUTATE_DATA_BEHIND_LIST)
	d_step { word[i] = REPHASE(word[i], DONE); unanswered = unanswered - event; holder[i] = COLLECTOR };
	llist_add(i);
	complete[i] = true;
#else
#ifdef MUTATE_KICK_BEFORE_LIST
	kick();
#endif
	d_step {
		TOUCH(i);
		complete[i] = true;
		word[i] = REPHASE(word[i], DONE);
		unanswered = unanswered - event;
		holder[i] = COLLECTOR
	};
	llist_add(i);
#endif
	changed = true
}

// claim(): @slot is NONE or BUSY.
inline claim(level, slot) {
	slot = 0;
	do
	:: atomic { slot == SLOTS -> break }
	:: atomic { slot < SLOTS && word[slot] -> slot++ }
	:: slot < SLOTS && !word[slot] ->
#ifdef MUTATE_CLAIM_WITHOUT_CMPXCHG
		d_step { word[slot] = WORD(task, BUSY); ok = true; hold(slot) };
#else
		d_step { cmpxchg(word[slot], 0, WORD(task, BUSY)); hold(slot) };
#endif
		if
		:: ok -> break
		:: atomic { else -> slot++ }
		fi
	od;
	if
	:: slot < SLOTS ->
		d_step {
			TOUCH(slot);
			in_use++;
			start[slot] = start_time;
			depth[slot] = level;
			whose[slot] = WHOSE(task, start_time);
			unpublished++
		};
#ifndef MUTATE_TOP_NOT_RAISED
		raise_top(slot + 1)
#endif
	:: else
	fi
}

// take_innermost(): @found is NONE or BUSY.
inline take_innermost(found) {
	do
	::
		found = NONE;
		i = 0;
		limit = top;
		do
		:: atomic { i == limit -> i = 0; limit = 0; break }
		:: atomic { i < limit && word[i] != WORD(task, OPEN) -> i++ }
		:: i < limit && word[i] == WORD(task, OPEN) ->
			if
#ifndef MUTATE_NO_START_TIME
			:: start[i] != start_time ->
				take(i, WORD(task, OPEN));
				if
				:: ok -> finish(i, 0); i++
				:: atomic { else -> i++ }
				fi
			:: atomic { start[i] == start_time && found == NONE -> found = i; i++ }
			:: start[i] == start_time && found != NONE ->
#else
			:: atomic { found == NONE -> found = i; i++ }
			:: found != NONE ->
#endif
				if
				:: atomic { depth[i] > depth[found] -> found = i; i++ }
				:: atomic { else -> i++ }
				fi
			fi
		od;
		if
		:: found != NONE -> take(found, WORD(task, OPEN))
		:: atomic { else -> ok = true }
		fi;
		if
		:: ok -> break
		:: else // a sweep was quicker
		fi
	od
}

mtype = { HEADER, LINE, END_EVENT };

// A context that prints, in every order of events. Everyone else may run between
// two of its accesses, and so may an interrupt on its CPU, which is such a process,
// too. It may die with reports open; then another task gets its address.
proctype Printer(byte task; byte events; byte lives) {
	byte start_time = 1;
	byte left = events;
	byte i, limit, found, slot, seen;
	mtype event;
	bool ok, changed;

	do
	:: left ->
		left--;
		if
		:: event = HEADER // ern_assembler_fragment(), which comes to open_report()
		:: in_use -> event = LINE // ern_assembler_fragment(), past ern_assembler_idle()
		:: d_step { event = END_EVENT; unanswered++ } // ern_assembler_end()
		fi;
		take_innermost(found);
		if
		:: event == LINE && found != NONE ->
			d_step { TOUCH(found); assert(whose[found] == WHOSE(task, start_time)) };
			put(found)
		:: event == LINE && found == NONE

		:: event == HEADER ->
			if
			:: found == NONE -> i = 0
			:: found != NONE && depth[found] + 1 < NESTING ->
				i = depth[found] + 1;
				put(found)
			:: found != NONE && depth[found] + 1 == NESTING ->
				i = depth[found];
				finish(found, 0)
			fi;
			claim(i, slot);
			if
			:: slot != NONE -> put(slot); changed = true
			:: else
			fi

		:: event == END_EVENT ->
			slot = found;
			if
			:: slot == NONE -> claim(0, slot)
			:: else
			fi;
			if
			:: slot == NONE -> d_step { unanswered--; changed = true } // ern_assembler.lost
			:: slot != NONE -> finish(slot, 1)
			fi
		fi;
#ifndef MUTATE_KICK_BEFORE_LIST
		if
		:: changed -> kick()
		:: else
		fi;
#endif
		// What differs no more must not make another state.
		atomic { i = 0; found = 0; slot = 0; event = 0; ok = false; changed = false }
	:: lives > 1 -> d_step { lives--; start_time++; left = events }
	:: lives == 1 -> break
	od;
	printing--
}

// ern_assembler_sweep(), for which every report is silent.
inline sweep() {
	i = 0;
	do
	:: atomic { i == SLOTS -> i = 0; break }
	:: atomic { i < SLOTS && PHASE(word[i]) != OPEN -> i++ }
	:: atomic { i < SLOTS && PHASE(word[i]) == OPEN -> seen = word[i] };
		take(i, seen);
		if
		:: ok -> finish(i, 0); i++
		:: atomic { else -> i++ }
		fi
	od;
#ifndef MUTATE_KICK_BEFORE_LIST
	if
	:: changed -> kick()
	:: else
	fi;
#endif
	atomic { seen = 0; ok = false; changed = false }
}

// sweep_work, once and at any moment; the last sweep is init's.
proctype Sweeper() {
	byte i, seen;
	bool ok, changed;

	sweep();
	sweeping = false
}

// ern_ring_publish() copies what nobody else may touch.
#define COPY(slot) assert(holder[slot] == COLLECTOR); assert(complete[slot]); unpublished--

// collect(), the irq_work.
active proctype Collector() {
	byte slot, following;

end:	do
	:: atomic { pending -> pending = false; collecting = true };
		d_step { slot = head; head = NONE };
		do
		:: slot == NONE -> break
		:: slot != NONE ->
#ifdef MUTATE_RELEASE_BEFORE_COPY
			d_step { following = next[slot]; in_use-- };
			word[slot] = 0;
			d_step { COPY(slot); holder[slot] = 0 };
#else
			d_step { following = next[slot]; COPY(slot) };
			in_use--;
			d_step { holder[slot] = 0; whose[slot] = 0; complete[slot] = false; word[slot] = 0 };
#endif
#ifdef MUTATE_FOLLOW_A_RELEASED_SLOT
			slot = next[slot]
#else
			slot = following
#endif
		od;
		atomic { slot = 0; following = 0; collecting = false }
	od
}

// ern_deliver_flush(), and what must hold behind it.
init {
	byte i, seen;
	bool ok, changed;

	atomic {
		i = 0;
		do
		:: i < SLOTS -> next[i] = NONE; i++
		:: else -> break
		od;
		i = 0;
		sweeping = true;
		run Sweeper();
		PRINTERS
	};
	!printing && !sweeping;
	sweep();
	!pending && !collecting;

	// No slot lost, and nothing left behind where nobody looks.
	assert(head == NONE && !in_use);
	do
	:: i < SLOTS -> assert(!word[i]); i++
	:: else -> break
	od;
	// No report lost nor twice, and each event a report or a counted loss.
	assert(!unpublished);
	assert(!unanswered)
}
