// Package qemu runs an image in QEMU as a person or a tester would: types on its
// console, waits for what it says, speaks QMP to the machine around it, and reads how
// it ended.
//
//	test --Type-->    unix socket --> serial port of the guest
//	     <-Expect--
//	     --QMP----->  unix socket --> QEMU itself: inject-nmi, quit, events
//	     <-Exit----   the process: status
//
// A socket, not a pipe: QEMU takes from it what the guest's port has room for and no
// more, so a test can paste a megabyte and the flow control is the real one.
package qemu

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tamagotake/tamagotake/qemu/machine"
)

// Machine is a kind of machine and how it is started.
type Machine struct {
	Name  string
	Image string // below build/; none if Args bring the code
	Args  []string
}

// The machines that the kernel runs on.
var (
	Q35       = Machine{machine.Q35.Name, "tamagotake-amd64.elf", machine.Q35.QEMU}
	MicroVM   = Machine{machine.MicroVM.Name, "tamagotake-amd64.elf", machine.MicroVM.QEMU}
	EVK       = Machine{machine.EVK.Name, "tamagotake-arm.elf", machine.EVK.QEMU}
	USBArmory = Machine{machine.USBArmory.Name, "tamagotake-usbarmory.elf", machine.USBArmory.QEMU}

	Machines = []Machine{Q35, MicroVM, EVK, USBArmory}
)

// With returns the machine with further arguments; QEMU takes the last of two that
// say different things.
func (m Machine) With(args ...string) Machine {
	m.Args = append(append([]string(nil), m.Args...), args...)
	return m
}

// Build is where images are: the build directory of the module.
func Build() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, e := os.Stat(filepath.Join(dir, "go.mod")); e == nil {
			return filepath.Join(dir, "build"), nil
		}
		if dir == filepath.Dir(dir) {
			err = errors.New("not inside the module")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

// VM is a machine that runs.
type VM struct {
	command string
	process *exec.Cmd
	console net.Conn
	qmp     *qmp
	stderr  bytes.Buffer
	dir     string

	mu     sync.Mutex
	output []byte        // everything the console has said
	read   int           // how much of it Expect has passed
	more   chan struct{} // something was added, or the console closed
	closed bool

	exited chan struct{}
	status error
}

// Start runs the image on the machine. The test ends it if it does not end by itself,
// and a failed test shows the command line and the whole console.
func Start(t testing.TB, m Machine) *VM {
	t.Helper()
	vm, err := Run(m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		vm.Stop()
		if t.Failed() {
			t.Logf("%s\n--- console of %s ---\n%s\n--- QEMU said ---\n%s", vm.command, m.Name, vm.Output(), vm.stderr.String())
		}
	})
	return vm
}

// Run is [Start] for programs that are no tests.
func Run(m Machine) (*VM, error) {
	build, err := Build()
	if err != nil {
		return nil, err
	}
	args := m.Args[1:len(m.Args):len(m.Args)]
	if image := m.Image; image != "" {
		if !filepath.IsAbs(image) {
			image = filepath.Join(build, image)
		}
		if _, err := os.Stat(image); err != nil {
			return nil, fmt.Errorf("no image: run make images first (%w)", err)
		}
		args = append(args, "-kernel", image)
	}
	dir, err := os.MkdirTemp("", "qemu")
	if err != nil {
		return nil, err
	}
	vm := &VM{dir: dir, more: make(chan struct{}, 1), exited: make(chan struct{})}
	console, err := net.Listen("unix", filepath.Join(dir, "console"))
	if err != nil {
		return nil, err
	}
	defer console.Close()
	control, err := net.Listen("unix", filepath.Join(dir, "qmp"))
	if err != nil {
		return nil, err
	}
	defer control.Close()

	// It waits with the first instruction until it can be heard: some have ended by then.
	args = append(args, "-S", "-nodefaults", "-display", "none",
		"-chardev", "socket,id=console,path="+filepath.Join(dir, "console"), "-serial", "chardev:console",
		"-chardev", "socket,id=qmp,path="+filepath.Join(dir, "qmp"), "-mon", "chardev=qmp,mode=control")
	vm.process = exec.Command(m.Args[0], args...)
	vm.process.Stderr = &vm.stderr
	vm.command = strings.Join(vm.process.Args, " ")
	if err := vm.process.Start(); err != nil {
		return nil, fmt.Errorf("%w: run make doctor", err)
	}
	go func() {
		vm.status = vm.process.Wait()
		close(vm.exited)
	}()
	if vm.console, err = vm.accept(console); err != nil {
		return nil, err
	}
	conn, err := vm.accept(control)
	if err != nil {
		return nil, err
	}
	go vm.collect()
	if vm.qmp, err = newQMP(conn); err == nil && !slices.Contains(m.Args, "-S") {
		err = vm.cont()
	}
	if err != nil {
		vm.Stop()
		return nil, fmt.Errorf("%s\n%w\n%s", vm.command, err, vm.stderr.String())
	}
	return vm, nil
}

// cont lets the machine run. One that ends before it has answered has run as well.
func (vm *VM) cont() error {
	_, err := vm.QMP("cont", nil)
	if err == nil {
		return nil
	}
	select {
	case <-vm.exited:
		return nil
	case <-time.After(qmpTimeout):
		return err
	}
}

// accept waits for QEMU to connect, or to end because it did not like its arguments.
func (vm *VM) accept(l net.Listener) (net.Conn, error) {
	type result struct {
		conn net.Conn
		err  error
	}
	c := make(chan result, 1)
	go func() {
		conn, err := l.Accept()
		c <- result{conn, err}
	}()
	select {
	case r := <-c:
		return r.conn, r.err
	case <-vm.exited:
		vm.Stop()
		return nil, fmt.Errorf("%s\nended at once: %v\n%s", vm.command, vm.status, vm.stderr.String())
	}
}

func (vm *VM) collect() {
	buf := make([]byte, 64<<10)
	for {
		n, err := vm.console.Read(buf)
		vm.mu.Lock()
		vm.output = append(vm.output, buf[:n]...)
		vm.closed = err != nil
		vm.mu.Unlock()
		select {
		case vm.more <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// Output returns everything the console has said.
func (vm *VM) Output() string {
	vm.mu.Lock()
	defer vm.mu.Unlock()
	return string(vm.output)
}

// Type types s, as fast as the guest takes it.
func (vm *VM) Type(s string) error {
	_, err := vm.console.Write([]byte(s))
	return err
}

// ErrTimeout: what was waited for did not come in time.
var ErrTimeout = errors.New("timeout")

// Wait waits until the console has said something that matches the expression, after
// what the last Wait found, and returns the match and its groups.
func (vm *VM) Wait(expr string, timeout time.Duration) ([]string, error) {
	re := regexp.MustCompile(expr)
	deadline := time.After(timeout)
	for {
		vm.mu.Lock()
		at := re.FindSubmatchIndex(vm.output[vm.read:])
		var groups []string
		if at != nil {
			for i := 0; i < len(at); i += 2 {
				if at[i] < 0 {
					groups = append(groups, "")
					continue
				}
				groups = append(groups, string(vm.output[vm.read+at[i]:vm.read+at[i+1]]))
			}
			vm.read += at[1]
		}
		closed := vm.closed
		vm.mu.Unlock()
		if groups != nil {
			return groups, nil
		}
		if closed {
			return nil, fmt.Errorf("%q did not come before the machine ended", expr)
		}
		select {
		case <-vm.more:
		case <-deadline:
			return nil, fmt.Errorf("%q: %w after %v", expr, ErrTimeout, timeout)
		}
	}
}

// Exit waits for the end of the machine and returns the program's exit status: [machine.ProgramStatus].
func (vm *VM) Exit(timeout time.Duration) (status int, err error) {
	select {
	case <-vm.exited:
		return machine.ProgramStatus(vm.process.Args[0], vm.process.ProcessState.ExitCode()), nil
	case <-time.After(timeout):
		return 0, fmt.Errorf("the machine has not ended: %w after %v", ErrTimeout, timeout)
	}
}

// QMP sends one command to QEMU and returns its answer as JSON text.
func (vm *VM) QMP(command string, arguments map[string]any) (string, error) {
	return vm.qmp.do(command, arguments)
}

// Event waits for a QMP event and returns its data as JSON text.
func (vm *VM) Event(name string, timeout time.Duration) (string, error) {
	return vm.qmp.event(name, timeout)
}

// Stop ends the machine, if it still runs, and waits for that.
func (vm *VM) Stop() {
	if vm.process != nil && vm.process.Process != nil {
		vm.process.Process.Kill()
		<-vm.exited
	}
	if vm.console != nil {
		vm.console.Close()
	}
	if vm.qmp != nil {
		vm.qmp.conn.Close()
	}
	os.RemoveAll(vm.dir)
}
