package database

import (
	"time"

	"github.com/lib/pq"
)

// Notification is one NOTIFY. A nil *Notification from Listener means that the connection was lost and is back: something may
// have been missed.
type Notification = pq.Notification

// Listener receives notifications on a connection of its own, outside the pool.
type Listener struct {
	inner *pq.Listener
}

// Listen opens a listening connection and subscribes to the channel. Close it when done.
func Listen(url, channel string, onEvent func(err error)) (*Listener, error) {
	l := pq.NewListener(url, 100*time.Millisecond, 10*time.Second, func(_ pq.ListenerEventType, err error) {
		if err != nil && onEvent != nil {
			onEvent(err)
		}
	})
	if err := l.Listen(channel); err != nil {
		_ = l.Close()
		return nil, err
	}
	return &Listener{l}, nil
}

// C is the stream of notifications.
func (l *Listener) C() <-chan *Notification { return l.inner.Notify }

// Ping checks the connection and makes it reconnect when it is gone.
func (l *Listener) Ping() error { return l.inner.Ping() }

// Close ends the connection.
func (l *Listener) Close() error { return l.inner.Close() }
