package qemu

import (
	"bufio"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// qtest is QEMU's test protocol, one command and one answer a line
// (QEMU documentation, devel/qtest). It works beside emulation.
type qtest struct {
	listener net.Listener
	conn     net.Conn
	r        *bufio.Reader
}

func newQtest(t *testing.T) (q *qtest, args []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "qtest")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return &qtest{listener: l}, []string{"-accel", "tcg", "-chardev", "socket,id=qtest,path=" + path, "-qtest", "chardev:qtest"}
}

func (q *qtest) accept(t *testing.T) {
	t.Helper()
	conn, err := q.listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	q.conn, q.r = conn, bufio.NewReader(conn)
}

// read returns what a read command answers: "readl 0x20a8000".
func (q *qtest) read(t *testing.T, command string) uint64 {
	t.Helper()
	v, err := strconv.ParseUint(strings.TrimPrefix(q.do(t, command), "OK 0x"), 16, 64)
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	return v
}

// do sends a command and returns the answer, one line that begins with OK.
func (q *qtest) do(t *testing.T, command string) string {
	t.Helper()
	if _, err := q.conn.Write([]byte(command + "\n")); err != nil {
		t.Fatal(err)
	}
	answer, err := q.r.ReadString('\n')
	if err != nil || !strings.HasPrefix(answer, "OK") {
		t.Fatalf("%s: %s%v", command, answer, err)
	}
	return strings.TrimSpace(answer)
}
