package main

import (
	"fmt"
	"strings"
	"testing"
)

// A function that may do what is refused because it checks its level begins with the check.
func TestCheckedAtRunTime(t *testing.T) {
	const (
		guard = "49 3b 66 10 76 %02x"                 // cmp rsp, [r14+16]; jbe to the call that grows the stack
		frame = "55 48 89 e5 48 83 ec 10"             // 8 bytes
		spill = "48 89 44 24 20"                      // mov [rsp+32], rax: where the caller has room for it
		after = "48 89 01 48 83 c4 10 5d c3 90 90 90" // mov [rcx], rax; the end
	)
	call := func(at int, target int) string { // of 5 bytes
		rel := uint32(target - (codeAt + at + 5))
		return fmt.Sprintf("e8 %02x%02x%02x%02x", byte(rel), byte(rel>>8), byte(rel>>16), byte(rel>>24))
	}
	for _, x := range []struct{ name, code, want string }{
		{"as compiled", fmt.Sprintf(guard, 30) + frame + spill + call(19, otherAt) + after + call(36, otherAt+0x100), ""},
		{"without a look at the guard", frame + spill + call(13, otherAt) + after, ""},
		{"stores first", frame + "48 89 01" + call(11, otherAt) + after, "stores to memory"},
		{"stores bytes first", frame + "aa" + call(9, otherAt) + after, "stores to memory"},
		{"calls another first", frame + call(8, otherAt+0x100) + call(13, otherAt) + after, "calls something else"},
		{"calls by address first", frame + "ff d0" + call(10, otherAt) + after, "jumps before"},
		{"jumps over it", "85 c0 74 0d" + frame + call(12, otherAt) + after, "jumps before"},
		{"does not", frame + after, "stores to memory"},
		{"returns", "c3", "jumps before"},
		{"does what is refused", "fa" + call(1, otherAt) + "c3", "not known to be harmless"},
		{"calls into the middle", call(0, otherAt+4) + "c3", "calls something else"},
	} {
		im, f := made(amd64{}, unhex(t, x.code), nil)
		first, what := newWalker(im).checked(f, runtimeCheck{by: "main.other"})
		if x.want == "" && (what != "" || first.target != otherAt) || !strings.Contains(what, x.want) {
			t.Errorf("%s: %q, want %q", x.name, what, x.want)
		}
	}
}

// What follows the check is not looked at, and what the check does is.
func TestCheckEndsTheWalk(t *testing.T) {
	checkedAtRunTime["main.made"] = runtimeCheck{by: "main.other"}
	defer delete(checkedAtRunTime, "main.made")
	for check, want := range map[string]string{"c3": "", "fa c3": "CLI"} {
		im, f := made(amd64{}, unhex(t, "50 e8 fa6f0000 fa 58 c3"), nil) // push rax; call main.other; cli; pop rax; ret
		im.funcs[1].code = unhex(t, check)
		w := newWalker(im)
		r := &root{Name: f.name, fn: f, Stack: 100}
		w.verify(r)
		got := ""
		for _, x := range w.refusals {
			got += x.what
		}
		if want == "" && got != "" || !strings.Contains(got, want) || len(r.Functions) != 2 || r.Deepest != 16 {
			t.Errorf("%s: %q of %v with %d bytes of stack", check, got, r.Functions, r.Deepest)
		}
	}
}
