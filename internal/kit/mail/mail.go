// Package mail sends letters: over SMTP, or, where no server is named, into an outbox folder with a line in the log. Letters are
// sent by jobs, so they go out exactly when the transaction that wants them commits, and are tried again when the server is down.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	netmail "net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
)

// Bounds of a letter and of a conversation with a server.
const (
	bodyMax    = 256 << 10 // bytes, of each of text and HTML
	subjectMax = 300       // bytes
	timeout    = 30 * time.Second
)

// Message is one letter to one person. Text is required; HTML is an alternative to it.
type Message struct {
	To      string `json:"to"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html,omitempty"`
	// FromName stands before the sender's address, for example a brand's name. Defaults to the configured one.
	FromName string `json:"fromName,omitempty"`
	// ReplyTo is where answers go, when not to the sender.
	ReplyTo string `json:"replyTo,omitempty"`
	// UnsubscribeURL makes a one-click List-Unsubscribe header; it is an https address.
	UnsubscribeURL string `json:"unsubscribeUrl,omitempty"`
}

// SendArgs is the job that sends one letter. ID becomes the Message-ID, so that a letter sent twice by a retry is recognized as
// one.
type SendArgs struct {
	ID      string  `json:"id,omitempty"`
	Message Message `json:"message"`
}

// Kind names the job.
func (SendArgs) Kind() string { return "mail_send" }

// Config says how letters leave.
type Config struct {
	// SMTPURL is smtp://user:password@host:port (STARTTLS is required unless the host is this machine, or ?tls=opportunistic is
	// added) or smtps://… (TLS from the start). ?from= overrides From. Empty: letters go to Outbox.
	SMTPURL string
	// Outbox is the folder for letters without a server.
	Outbox string
	// From is the sender's address, FromName the name before it.
	From     string
	FromName string
	Clock    clock.Clock
	Log      *slog.Logger
}

// Sender sends letters. It is safe for concurrent use.
type Sender struct {
	from, fromName string
	outbox         string
	server         *server
	clock          clock.Clock
	log            *slog.Logger
}

type server struct {
	host    string
	options []gomail.Option
}

// New checks the settings and makes a Sender. No connection is made before the first letter.
func New(c Config) (*Sender, error) {
	s := &Sender{from: c.From, fromName: c.FromName, outbox: c.Outbox, clock: c.Clock, log: c.Log}
	if c.SMTPURL != "" {
		u, err := url.Parse(c.SMTPURL)
		if err != nil {
			return nil, errors.New("SMTP_URL is not a URL") // the value holds a password, so it is not quoted
		}
		if from := u.Query().Get("from"); from != "" {
			s.from = from
		}
		if s.server, err = newServer(u); err != nil {
			return nil, err
		}
	} else if c.Outbox == "" {
		return nil, errors.New("mail needs a server or an outbox folder")
	}
	if _, err := netmail.ParseAddress(s.from); err != nil {
		return nil, fmt.Errorf("the sender %q is not an e-mail address", s.from)
	}
	return s, nil
}

func newServer(u *url.URL) (*server, error) {
	s := &server{host: u.Hostname(), options: []gomail.Option{gomail.WithTimeout(timeout)}}
	port := 587
	switch u.Scheme {
	case "smtp":
		policy := gomail.TLSMandatory
		if loopback(s.host) || u.Query().Get("tls") == "opportunistic" {
			policy = gomail.TLSOpportunistic
		}
		s.options = append(s.options, gomail.WithTLSPolicy(policy))
	case "smtps":
		port = 465
		s.options = append(s.options, gomail.WithSSL())
	default:
		return nil, errors.New("SMTP_URL does not begin with smtp:// or smtps://")
	}
	if p := u.Port(); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || n > 65535 {
			return nil, errors.New("SMTP_URL has no valid port")
		}
		port = n
	}
	s.options = append(s.options, gomail.WithPort(port),
		gomail.WithTLSConfig(&tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}))
	if u.User != nil {
		password, _ := u.User.Password()
		auth := gomail.SMTPAuthAutoDiscover
		if loopback(s.host) {
			auth = gomail.SMTPAuthPlainNoEnc // the password does not leave this machine
		}
		s.options = append(s.options, gomail.WithUsername(u.User.Username()), gomail.WithPassword(password), gomail.WithSMTPAuth(auth))
	}
	return s, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// EnqueueTx puts a letter into the queue with the caller's transaction.
func EnqueueTx(ctx context.Context, tx database.Tx, q *job.Queue, at time.Time, m Message) error {
	return q.EnqueueTx(ctx, tx, SendArgs{ID: id.NewUUID(at).String(), Message: m}, nil)
}

// Register lets workers send the letters of the queue.
func (s *Sender) Register(w *job.Workers) {
	job.Add(w, func(ctx context.Context, a SendArgs) error { return s.Send(ctx, a.ID, a.Message) })
}

// Send sends one letter now; it speaks to the network, so never inside a transaction. messageID may be empty. An error that no
// retry mends is marked so that a job gives up.
func (s *Sender) Send(ctx context.Context, messageID string, m Message) error {
	letter, err := s.compose(messageID, m)
	if err != nil {
		return job.Discard(err)
	}
	if s.server == nil {
		return s.putInOutbox(ctx, letter, m)
	}
	client, err := gomail.NewClient(s.server.host, s.server.options...)
	if err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	err = client.DialAndSendWithContext(ctx, letter)
	var refused *gomail.SendError
	if errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
		s.log.WarnContext(ctx, "a mail server refused a letter for good", "subject", m.Subject, "error", err)
		return job.Discard(fmt.Errorf("mail refused: %w", err))
	}
	if err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	return nil
}

func (s *Sender) compose(messageID string, m Message) (*gomail.Msg, error) {
	if len(m.Text) == 0 || len(m.Text) > bodyMax || len(m.HTML) > bodyMax {
		return nil, fmt.Errorf("mail: the text is empty or longer than %d bytes", bodyMax)
	}
	if m.Subject == "" || len(m.Subject) > subjectMax || strings.ContainsAny(m.Subject+m.FromName, "\r\n") {
		return nil, fmt.Errorf("mail: the subject is empty, longer than %d bytes or more than one line", subjectMax)
	}
	encoding := gomail.EncodingQP
	if s.server == nil {
		encoding = gomail.NoEncoding // an outbox is read by people and tests; addresses in it stay whole
	}
	letter := gomail.NewMsg(gomail.WithEncoding(encoding), gomail.WithNoDefaultUserAgent())
	name := m.FromName
	if name == "" {
		name = s.fromName
	}
	if err := letter.FromFormat(name, s.from); err != nil {
		return nil, fmt.Errorf("mail: sender: %w", err)
	}
	if err := letter.To(m.To); err != nil {
		return nil, fmt.Errorf("mail: recipient: %w", err)
	}
	if m.ReplyTo != "" {
		if err := letter.ReplyTo(m.ReplyTo); err != nil {
			return nil, fmt.Errorf("mail: answers to: %w", err)
		}
	}
	if m.UnsubscribeURL != "" {
		letter.SetListUnsubscribe(m.UnsubscribeURL)
		letter.SetListUnsubscribePost()
	}
	letter.Subject(m.Subject)
	letter.SetDateWithValue(s.clock.Now())
	if messageID != "" {
		_, domain, _ := strings.Cut(s.from, "@")
		letter.SetMessageIDWithValue(messageID + "@" + strings.TrimSuffix(domain, ">"))
	} else {
		letter.SetMessageID()
	}
	letter.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		letter.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return letter, nil
}

// putInOutbox writes the letter as a file that a mail program opens. The file appears whole or not at all.
func (s *Sender) putInOutbox(ctx context.Context, letter *gomail.Msg, m Message) (err error) {
	if err := os.MkdirAll(s.outbox, 0o700); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	now := s.clock.Now()
	name := now.Format("20060102T150405.000000") + "-" + fileName(m.To) + "-" + id.NewUUID(now).String()[24:] + ".eml"
	file, err := os.CreateTemp(s.outbox, ".letter-*")
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = letter.WriteTo(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	path := filepath.Join(s.outbox, name)
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	s.log.InfoContext(ctx, "mail in the outbox", "to", m.To, "subject", m.Subject, "file", path)
	return nil
}

// fileName keeps of an address what is safe in the name of a file, at most 60 letters.
func fileName(address string) string {
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '@' || r == '-' {
			return r
		}
		return '_'
	}, address)
	return strings.TrimLeft(safe[:min(len(safe), 60)], ".")
}
