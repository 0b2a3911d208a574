package region

// Program is where the linker has laid out a program, and what memory follows it.
type Program struct {
	Text, TextEnd uintptr
	Constants     uintptr
	Variables     uintptr // on the first page that is written
	End           uintptr // of the variables: the heap begins here

	// Guard is the page below the boot stack, which is left absent. 0 says that heap and boot
	// stack have no bound between them.
	Guard    uintptr
	StackEnd uintptr
}

// AddProgram adds the program, its heap and the boot stack. The text and the variables are
// rounded up to whole pages. Thread level, at the start.
func (m *Map) AddProgram(p Program) {
	end := roundUp(p.End)
	m.Add(p.Text, roundUp(p.TextEnd), Execute, "text")
	m.Add(p.Constants, p.Variables, Read, "constants")
	m.Add(p.Variables, end, Write, "variables")
	if p.Guard == 0 {
		m.Add(end, p.StackEnd, Write, "heap or boot stack")
		return
	}
	m.Add(end, p.Guard, Write, "heap")
	m.Add(p.Guard, p.Guard+PageSize, Absent, "below the boot stack")
	m.Add(p.Guard+PageSize, p.StackEnd, Write, "boot stack")
}

func roundUp(addr uintptr) uintptr { return (addr + PageSize - 1) &^ (PageSize - 1) }
