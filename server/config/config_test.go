package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheEmptyEnvironmentGivesTheDefaults(t *testing.T) {
	t.Parallel()
	c, err := load(nil, "", host{})
	require.NoError(t, err)
	here, err := filepath.Abs("data")
	require.NoError(t, err)
	require.Equal(t, Config{Addr: ":8080", DataDir: here, SpoolMaxBytes: 8 << 30, Stripe: Stripe{RatePerSecond: 20}, Log: Log{JSON: true}}, c)
	require.True(t, c.Sandbox())

	c, err = load(nil, "", host{root: true, terminal: true})
	require.NoError(t, err)
	require.Equal(t, "/var/lib/tributary", c.DataDir)
	require.False(t, c.Log.JSON)
}

func TestEverySettingIsRead(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(bin, "postgres"), nil, 0o700))
	c, err := load([]string{
		"PATH=/bin", "TRIBUTARY_ADDR=127.0.0.1:0", "TRIBUTARY_BASE_URL=https://Partners.Example.com/", "TRIBUTARY_DATA_DIR=/srv/t",
		"TRIBUTARY_SECRET=0123456789abcdef0123456789abcdef", "TRIBUTARY_TRUSTED_PROXIES=10.1.2.3/8, 192.0.2.7",
		"TRIBUTARY_POSTGRES_BIN=" + bin, "TRIBUTARY_SPOOL_MAX_BYTES=2 GiB", "TRIBUTARY_STRIPE_RATE_PER_SECOND=7",
		"TRIBUTARY_LOG=text,debug", "DATABASE_URL=postgres://u:p@h/d", "STRIPE_SECRET_KEY=sk_1", "STRIPE_WEBHOOK_SECRET=a,b",
		"STRIPE_CONNECT_WEBHOOK_SECRET=c", "STRIPE_API_BASE=http://localhost:12111", "SMTP_URL=smtp://u:p@mail:587",
	}, "", host{})
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:0", c.Addr)
	require.Equal(t, "https://partners.example.com", c.BaseURL.String())
	require.Equal(t, "/srv/t", c.DataDir)
	require.Equal(t, "0123456789abcdef0123456789abcdef", c.Secret.Reveal())
	require.Equal(t, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32")}, c.TrustedProxies)
	require.Equal(t, bin, c.PostgresBin)
	require.EqualValues(t, 2<<30, c.SpoolMaxBytes)
	require.Equal(t, Log{Level: slog.LevelDebug}, c.Log)
	require.Equal(t, "postgres://u:p@h/d", c.DatabaseURL.Reveal())
	require.Equal(t, "sk_1", c.Stripe.SecretKey.Reveal())
	require.Equal(t, []Secret{NewSecret("a"), NewSecret("b")}, c.Stripe.WebhookSecrets)
	require.Equal(t, []Secret{NewSecret("c")}, c.Stripe.ConnectWebhookSecrets)
	require.Equal(t, "http://localhost:12111", c.Stripe.APIBase.String())
	require.Equal(t, 7, c.Stripe.RatePerSecond)
	require.Equal(t, "smtp://u:p@mail:587", c.SMTPURL.Reveal())
	require.False(t, c.Sandbox())
}

func TestAWrongOrUnknownSettingIsNamedInOneLineWithoutItsSecret(t *testing.T) {
	t.Parallel()
	for member, want := range map[string]string{
		"TRIBUTARY_ADR=:8080":                      "TRIBUTARY_ADR: there is no such setting; did you mean TRIBUTARY_ADDR?",
		"TRIBUTARY_COLOUR=red":                     "TRIBUTARY_COLOUR: there is no such setting",
		"TRIBUTARY_ADDR_FILE=/x":                   "TRIBUTARY_ADDR_FILE: there is no such setting; did you mean TRIBUTARY_ADDR?",
		"TRIBUTARY_ADDR=8080":                      "TRIBUTARY_ADDR: it is not HOST:PORT or :PORT",
		"TRIBUTARY_ADDR=:70000":                    "TRIBUTARY_ADDR: the port is not a number from 0 to 65535",
		"TRIBUTARY_BASE_URL=partners.test":         "TRIBUTARY_BASE_URL: it is not a URL that begins with http:// or https://",
		"TRIBUTARY_BASE_URL=https://a.test/path":   "TRIBUTARY_BASE_URL: it may have a host and a port only",
		"TRIBUTARY_SECRET=canary":                  "TRIBUTARY_SECRET: it has fewer than 32 characters",
		"TRIBUTARY_TRUSTED_PROXIES=10.0.0.0/8,x":   `TRIBUTARY_TRUSTED_PROXIES: "x" is neither a network such as 10.0.0.0/8 nor an address`,
		"TRIBUTARY_POSTGRES_BIN=/nonexistent":      "TRIBUTARY_POSTGRES_BIN: there is no program named postgres in that folder",
		"TRIBUTARY_SPOOL_MAX_BYTES=lots":           "TRIBUTARY_SPOOL_MAX_BYTES: it is not a number of bytes such as 1073741824 or 8 GiB",
		"TRIBUTARY_SPOOL_MAX_BYTES=9999999999 TiB": "TRIBUTARY_SPOOL_MAX_BYTES: it is not a number of bytes such as 1073741824 or 8 GiB",
		"TRIBUTARY_SPOOL_MAX_BYTES=5":              "TRIBUTARY_SPOOL_MAX_BYTES: it is less than 1 MiB",
		"TRIBUTARY_STRIPE_RATE_PER_SECOND=0":       "TRIBUTARY_STRIPE_RATE_PER_SECOND: it is not a whole number from 1 to 100",
		"TRIBUTARY_LOG=loud":                       `TRIBUTARY_LOG: "loud" is none of text, json, debug, info, warn, error`,
		"DATABASE_URL=mysql://u:canary@h/d":        "DATABASE_URL: it is not a URL that begins with postgres://",
		"STRIPE_SECRET_KEY=canary canary":          "STRIPE_SECRET_KEY: it is not one key",
		"STRIPE_WEBHOOK_SECRET=canary,,":           "STRIPE_WEBHOOK_SECRET: a member of the list is empty",
		"STRIPE_API_BASE=http://localhost":         "STRIPE_API_BASE: it needs STRIPE_SECRET_KEY",
		"SMTP_URL=imap://u:canary@h":               "SMTP_URL: it is not of the form smtp://user:password@host:port",
		"SMTP_URL_FILE=/nonexistent":               "SMTP_URL_FILE: the file cannot be read: no such file or directory",
	} {
		_, err := load([]string{member}, "", host{})
		require.EqualError(t, err, want)
		require.NotContains(t, err.Error(), "canary")
	}
}

func TestASecretMayComeFromAFileButNotFromTwoPlaces(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(path, []byte("sk_file\n"), 0o600))
	c, err := load([]string{"STRIPE_SECRET_KEY_FILE=" + path}, "", host{})
	require.NoError(t, err)
	require.Equal(t, "sk_file", c.Stripe.SecretKey.Reveal())
	_, err = load([]string{"STRIPE_SECRET_KEY_FILE=" + path, "STRIPE_SECRET_KEY=sk"}, "", host{})
	require.EqualError(t, err, "STRIPE_SECRET_KEY_FILE: STRIPE_SECRET_KEY is set too; set one of them")
	require.NoError(t, os.WriteFile(path, []byte(" \n"), 0o600))
	_, err = load([]string{"STRIPE_SECRET_KEY_FILE=" + path}, "", host{})
	require.EqualError(t, err, "STRIPE_SECRET_KEY_FILE: the file is empty")
}

func TestTheEnvironmentGoesBeforeTheDotenvFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), ".env")
	write := func(text string) { require.NoError(t, os.WriteFile(path, []byte(text), 0o600)) }
	write("# comment\n\nexport TRIBUTARY_ADDR=:1 # behind\nTRIBUTARY_LOG = \"json,warn\"\nSMTP_URL='smtp://u:p%231@h:25' # quoted\nOTHER=x\n")
	c, err := load([]string{"TRIBUTARY_ADDR=:2"}, path, host{terminal: true})
	require.NoError(t, err)
	require.Equal(t, ":2", c.Addr)
	require.Equal(t, Log{JSON: true, Level: slog.LevelWarn}, c.Log)
	require.Equal(t, "smtp://u:p%231@h:25", c.SMTPURL.Reveal())
	c, err = load([]string{"SMTP_URL="}, path, host{})
	require.NoError(t, err)
	require.False(t, c.SMTPURL.IsSet())

	for text, want := range map[string]string{
		"TRIBUTARY_ADDR":             "line 1 is not NAME=value",
		"\nTRIBUTARY_ADDR=\":1":      "line 2: a quote is not closed",
		"TRIBUTARY_ADDR=\":1\" more": "line 1: something follows the closing quote",
		"TRIBUTARY_NO=1":             "TRIBUTARY_NO: there is no such setting",
	} {
		write(text)
		_, err := load(nil, path, host{})
		require.ErrorContains(t, err, want)
	}
	_, err = load(nil, filepath.Join(t.TempDir(), "missing"), host{})
	require.NoError(t, err)
}

func TestThePublicURLComesFromTheAddressWhenNoneIsSet(t *testing.T) {
	t.Parallel()
	listening := &net.TCPAddr{IP: net.IPv6zero, Port: 4321}
	for addr, want := range map[string]string{
		":0": "http://localhost:4321", "0.0.0.0:0": "http://localhost:4321", "[::]:0": "http://localhost:4321",
		"127.0.0.1:0": "http://127.0.0.1:4321", "[::1]:0": "http://[::1]:4321", "partners.test:80": "http://partners.test:4321",
	} {
		require.Equal(t, want, Config{Addr: addr}.PublicURL(listening).String(), addr)
	}
	c, err := load([]string{"TRIBUTARY_BASE_URL=https://a.test"}, "", host{})
	require.NoError(t, err)
	require.Equal(t, "https://a.test", c.PublicURL(listening).String())
}

func TestNothingPrintsASecret(t *testing.T) {
	t.Parallel()
	c := Config{Secret: NewSecret("canary"), Stripe: Stripe{WebhookSecrets: []Secret{NewSecret("canary")}}}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "config", c, "secret", c.Secret)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "config", c, "secret", c.Secret)
	body, err := json.Marshal(c)
	require.NoError(t, err)
	all := log.String() + string(body)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		all += fmt.Sprintf(verb, c) + fmt.Sprintf(verb, c.Secret) + fmt.Sprintf(verb, &c)
	}
	require.NotContains(t, all, "canary")
	require.NotContains(t, all, "63616e617279", "the same in hexadecimal")
	require.Contains(t, all, redacted)
}

func TestKeysDependOnSecretAndPurposeOnly(t *testing.T) {
	t.Parallel()
	s := NewSecret("0123456789abcdef0123456789abcdef")
	require.Len(t, s.Key("jwt"), 32)
	again := s.Key("jwt")
	require.Equal(t, again, s.Key("jwt"))
	require.NotEqual(t, s.Key("jwt"), s.Key("cookie"))
	require.NotEqual(t, s.Key("jwt"), NewSecret("another").Key("jwt"))
	require.Panics(t, func() { Secret{}.Key("jwt") })
	require.Panics(t, func() { s.Key("") })
}

func TestTheMasterSecretIsMadeOnceAndKeptForItsOwner(t *testing.T) {
	t.Parallel()
	c := Config{DataDir: filepath.Join(t.TempDir(), "new", "data")}
	var group sync.WaitGroup
	secrets := make([]Secret, 8)
	errs := make([]error, 8)
	for i := range secrets {
		group.Go(func() { secrets[i], errs[i] = c.MasterSecret() })
	}
	group.Wait()
	for i := range secrets {
		require.NoError(t, errs[i])
		require.Equal(t, secrets[0].Reveal(), secrets[i].Reveal())
	}
	require.GreaterOrEqual(t, len(secrets[0].Reveal()), 43)
	path := filepath.Join(c.DataDir, "secret")
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	files, err := os.ReadDir(c.DataDir)
	require.NoError(t, err)
	require.Len(t, files, 1, "no temporary file is left")

	require.NoError(t, os.Chmod(path, 0o644))
	_, err = c.MasterSecret()
	require.ErrorContains(t, err, "chmod 600")
	require.NoError(t, os.Chmod(path, 0o600))
	require.NoError(t, os.WriteFile(path, []byte("short"), 0o600))
	_, err = c.MasterSecret()
	require.ErrorContains(t, err, "fewer than 32")

	set := Config{Secret: NewSecret(strings.Repeat("s", 32)), DataDir: "/nonexistent"}
	got, err := set.MasterSecret()
	require.NoError(t, err)
	require.Equal(t, set.Secret, got)
}
