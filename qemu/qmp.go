package qemu

import (
	"encoding/json"
	"fmt"
	"net"
	"time"
)

// qmp is a connection to QEMU's monitor (QEMU documentation, interop/qmp-spec): JSON
// objects, one a line. Events are kept until they are asked for.
type qmp struct {
	conn    net.Conn
	answers chan message
	events  chan message
}

type message struct {
	Return json.RawMessage
	Error  *struct{ Class, Desc string }
	Event  string
	Data   json.RawMessage
	QMP    json.RawMessage
}

const qmpTimeout = 5 * time.Minute

func newQMP(conn net.Conn) (*qmp, error) {
	q := &qmp{conn, make(chan message, 1), make(chan message, 256)}
	d := json.NewDecoder(conn)
	var greeting message
	if err := d.Decode(&greeting); err != nil {
		return nil, fmt.Errorf("QMP greeting: %w", err)
	}
	go func() {
		defer close(q.answers)
		for {
			var m message
			if d.Decode(&m) != nil {
				return
			}
			if m.Event != "" {
				q.events <- m
				continue
			}
			q.answers <- m
		}
	}()
	_, err := q.do("qmp_capabilities", nil)
	return q, err
}

func (q *qmp) do(command string, arguments map[string]any) (string, error) {
	request := map[string]any{"execute": command}
	if arguments != nil {
		request["arguments"] = arguments
	}
	if err := json.NewEncoder(q.conn).Encode(request); err != nil {
		return "", err
	}
	select {
	case m, ok := <-q.answers:
		if !ok {
			return "", fmt.Errorf("QMP %s: the machine has ended", command)
		}
		if m.Error != nil {
			return "", fmt.Errorf("QMP %s: %s", command, m.Error.Desc)
		}
		return string(m.Return), nil
	case <-time.After(qmpTimeout):
		return "", fmt.Errorf("QMP %s: %w", command, ErrTimeout)
	}
}

func (q *qmp) event(name string, timeout time.Duration) (string, error) {
	deadline := time.After(timeout)
	for {
		select {
		case m := <-q.events:
			if m.Event == name {
				return string(m.Data), nil
			}
		case <-deadline:
			return "", fmt.Errorf("QMP event %s: %w", name, ErrTimeout)
		}
	}
}
