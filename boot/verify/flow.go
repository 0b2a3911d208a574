package main

import (
	"cmp"
	"slices"
)

// arch decodes one instruction.
type arch interface {
	decode(f *function, addr uint64) (instruction, error)
	returnAddress() int // bytes that a call puts on the stack
}

// instruction is what an instruction does to the flow of control and to the stack.
type instruction struct {
	size     uint64
	next     bool // the one behind it may follow
	call     bool // to target, or indirect
	jump     bool // to target, or indirect
	indirect bool
	target   uint64
	push     int    // bytes by which the stack grows; less than 0 for pops
	bad      string // what is wrong with it as such
}

// body is what a function does, as far as its callers need know.
type body struct {
	calls    []site // sorted by address
	bad      []site
	deepest  int
	indirect []site
}

// site is an instruction, what it calls or what is wrong with it, and how deep the stack
// is there.
type site struct {
	addr   uint64
	target uint64
	what   string
	depth  int
}

// analyse follows the flow of control through the function, so that constants between
// the instructions, and what is never reached, are not taken for code.
func analyse(a arch, f *function) *body {
	b := new(body)
	type place struct {
		addr  uint64
		depth int
	}
	seen := map[uint64]bool{}
	for work := []place{{f.addr, 0}}; len(work) > 0; {
		p := work[len(work)-1]
		work = work[:len(work)-1]
		for !seen[p.addr] {
			seen[p.addr] = true
			in, err := a.decode(f, p.addr)
			if err != nil {
				b.bad = append(b.bad, site{p.addr, 0, err.Error(), p.depth})
				break
			}
			if in.bad != "" {
				b.bad = append(b.bad, site{p.addr, 0, in.bad, p.depth})
			}
			p.depth += in.push
			b.deepest = max(b.deepest, p.depth)
			outside := in.target < f.addr || in.target >= f.end()
			switch {
			case in.indirect:
				b.indirect = append(b.indirect, site{p.addr, 0, "", p.depth})
			case in.call, in.jump && outside:
				b.calls = append(b.calls, site{p.addr, in.target, "", p.depth})
			case in.jump:
				work = append(work, place{in.target, p.depth})
			}
			if !in.next {
				break
			}
			p.addr += in.size
			if p.addr >= f.end() {
				break
			}
		}
	}
	slices.SortFunc(b.calls, func(x, y site) int { return cmp.Compare(x.addr, y.addr) })
	return b
}
