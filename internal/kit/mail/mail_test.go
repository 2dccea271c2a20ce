package mail_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
	"tributary/internal/kit/mail"
	"tributary/internal/kit/mail/mailtest"
	"tributary/internal/kit/testdb"
)

// open starts a post office and gives the sender that speaks to it.
func open(t *testing.T, refuse error) (*mailtest.PostOffice, *mail.Sender) {
	t.Helper()
	office := mailtest.Open(t, refuse)
	sender, err := mail.New(mail.Config{SMTPURL: office.URL, From: "no-reply@tributary.test",
		FromName: "Tributary", Clock: clock.NewFake(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)), Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return office, sender
}

var message = mail.Message{To: "zoë@creator.test", Subject: "Grüße: your link", Text: "Open http://localhost/verify?token=abc\n",
	HTML: "<p>Open</p>", ReplyTo: "help@brand.test", UnsubscribeURL: "https://t.test/unsubscribe/x"}

func TestALetterGoesThroughARealConversation(t *testing.T) {
	t.Parallel()
	office, sender := open(t, nil)
	m := message
	m.To = "zoe@creator.test"
	require.NoError(t, sender.Send(t.Context(), "abc", m))
	require.Equal(t, []string{"robot"}, office.Users())
	require.Len(t, office.Letters(), 1)
	got := office.Letters()[0]
	require.Equal(t, "no-reply@tributary.test", got.From)
	require.Equal(t, "zoe@creator.test", got.To)
	head, subject := got.Read(t)
	require.Equal(t, "Grüße: your link", subject)
	require.Equal(t, "<abc@tributary.test>", head.Get("Message-ID"))
	require.Equal(t, "<https://t.test/unsubscribe/x>", head.Get("List-Unsubscribe"))
	require.Equal(t, "List-Unsubscribe=One-Click", head.Get("List-Unsubscribe-Post"))
	require.Contains(t, head.Get("Reply-To"), "help@brand.test")
	require.Contains(t, head.Get("Content-Type"), "multipart/alternative")
	require.Contains(t, string(got.Raw), "<p>Open</p>")
}

func TestALetterRefusedForGoodIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	m := message
	m.To = "gone@creator.test"
	_, sender := open(t, &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"})
	err := sender.Send(t.Context(), "", m)
	var cancel *river.JobCancelError
	require.ErrorAs(t, err, &cancel)

	_, sender = open(t, &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "busy"})
	err = sender.Send(t.Context(), "", m)
	require.Error(t, err)
	require.NotErrorAs(t, err, &cancel, "a busy server is asked again")
}

func TestAHeaderCannotBeInjected(t *testing.T) {
	t.Parallel()
	office, sender := open(t, nil)
	for name, change := range map[string]func(*mail.Message){
		"subject": func(m *mail.Message) { m.Subject = "Hello\r\nBcc: all@victims.test" },
		"name":    func(m *mail.Message) { m.FromName = "A\nBcc: all@victims.test" },
		"to":      func(m *mail.Message) { m.To = "a@b.test\r\nBcc: all@victims.test" },
		"reply":   func(m *mail.Message) { m.ReplyTo = "a@b.test\r\nBcc: all@victims.test" },
		"many":    func(m *mail.Message) { m.To = "a@b.test, c@d.test" },
	} {
		m := message
		m.To = "zoe@creator.test"
		change(&m)
		require.Error(t, sender.Send(t.Context(), "", m), name)
	}
	require.Empty(t, office.Letters())
}

func TestAJobDeliversALetterOnceItsTransactionCommits(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	office, sender := open(t, nil)
	queue, err := job.NewQueue(db)
	require.NoError(t, err)
	m := message
	m.To = "zoe@creator.test"
	put := func(result error) error {
		return db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error {
			require.NoError(t, mail.EnqueueTx(ctx, tx, queue, time.Now(), m))
			return result
		})
	}
	require.Error(t, put(errors.New("rolled back")))
	require.NoError(t, put(nil))

	workers := job.NewWorkers()
	sender.Register(workers)
	runner, err := job.NewRunner(db, workers, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, runner.Start(testdb.Context(t)))
	select {
	case <-office.Arrived:
	case <-time.After(20 * time.Second):
		t.Fatal("no letter came")
	}
	require.NoError(t, runner.Stop(testdb.Context(t)))
	require.Len(t, office.Letters(), 1, "the rolled back one was never sent")
}

func TestWithoutAServerLettersLieInTheOutbox(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	folder := filepath.Join(t.TempDir(), "outbox")
	sender, err := mail.New(mail.Config{Outbox: folder, From: "no-reply@tributary.test",
		Clock: clock.NewFake(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)), Log: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, err)
	m := message
	m.To = `"../../etc/x"@creator.test`
	m.HTML = ""
	m.Text = "Open http://localhost:8080/verify?token=" + strings.Repeat("a", 200)
	require.NoError(t, sender.Send(t.Context(), "", m))
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(t, err)
	require.Len(t, files, 1, "and no temporary file is left")
	text, err := os.ReadFile(files[0])
	require.NoError(t, err)
	require.Contains(t, string(text), m.Text, "the link is not broken over lines")
	require.Contains(t, log.String(), files[0])
	require.NotContains(t, log.String(), "token=")
}

func TestWrongSettingsAreRefused(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"http://mail.test", "smtp://mail.test:0", "smtp://mail.test:x", "smtp://u:secret@mail.test:99999", "://secret"} {
		_, err := mail.New(mail.Config{SMTPURL: url, From: "a@b.test"})
		require.Error(t, err, url)
		require.NotContains(t, err.Error(), "secret")
	}
	_, err := mail.New(mail.Config{From: "a@b.test"})
	require.Error(t, err)
	_, err = mail.New(mail.Config{Outbox: "x", From: "nobody"})
	require.Error(t, err)
}
