// Package config reads the settings of the program from its environment, and nowhere else. A wrong or unknown setting stops the
// start with one line that says which and why.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Config is the settings, checked.
type Config struct {
	Addr    string   // listen address; port 0 picks a free one
	BaseURL *url.URL // public URL without a path; nil = from the address, see PublicURL
	// DatabaseURL is empty for the managed local PostgreSQL in DataDir.
	DatabaseURL    Secret
	DataDir        string // absolute
	Stripe         Stripe
	SMTPURL        Secret // empty = mails go to the outbox folder
	Secret         Secret // TRIBUTARY_SECRET as set; see MasterSecret
	TrustedProxies []netip.Prefix
	PostgresBin    string // empty = searched
	SpoolMaxBytes  int64
	Log            Log
}

// Stripe is how money leaves.
type Stripe struct {
	SecretKey             Secret   // empty = the built-in sandbox
	WebhookSecrets        []Secret // several while one is rotated
	ConnectWebhookSecrets []Secret
	APIBase               *url.URL // nil = Stripe itself
	RatePerSecond         int
}

// Log is the form of log lines.
type Log struct {
	JSON  bool
	Level slog.Level
}

// Sandbox reports that no real money can move: there is no Stripe key, so the built-in sandbox stands in.
func (c Config) Sandbox() bool { return !c.Stripe.SecretKey.IsSet() }

// The defaults.
const (
	defaultAddr       = ":8080"
	defaultSpoolBytes = 8 << 30
	minSpoolBytes     = 1 << 20
	defaultStripeRate = 20
	maxStripeRate     = 100 // calls a second; Stripe's own limit in live mode
)

// variable says how one setting is read. secret ones may come from a file named by NAME_FILE.
type variable struct {
	secret bool
	read   func(c *Config, value string) error
}

// variables is the whole list of settings.
var variables = map[string]variable{
	"TRIBUTARY_ADDR":                   {read: readAddr},
	"TRIBUTARY_BASE_URL":               {read: readBaseURL},
	"TRIBUTARY_DATA_DIR":               {read: readDataDir},
	"TRIBUTARY_SECRET":                 {secret: true, read: readSecret},
	"TRIBUTARY_TRUSTED_PROXIES":        {read: readTrustedProxies},
	"TRIBUTARY_POSTGRES_BIN":           {read: readPostgresBin},
	"TRIBUTARY_SPOOL_MAX_BYTES":        {read: readSpoolMaxBytes},
	"TRIBUTARY_STRIPE_RATE_PER_SECOND": {read: readStripeRate},
	"TRIBUTARY_LOG":                    {read: readLog},
	"DATABASE_URL":                     {secret: true, read: readDatabaseURL},
	"STRIPE_SECRET_KEY":                {secret: true, read: readStripeKey},
	"STRIPE_WEBHOOK_SECRET": {secret: true, read: func(c *Config, v string) (err error) {
		c.Stripe.WebhookSecrets, err = readSecretList(v)
		return err
	}},
	"STRIPE_CONNECT_WEBHOOK_SECRET": {secret: true, read: func(c *Config, v string) (err error) {
		c.Stripe.ConnectWebhookSecrets, err = readSecretList(v)
		return err
	}},
	"STRIPE_API_BASE": {read: readStripeBase},
	"SMTP_URL":        {secret: true, read: readSMTPURL},
}

// host is what the defaults depend on beside the environment.
type host struct{ root, terminal bool }

// Load reads the settings from an environment ("NAME=value" members, as os.Environ gives them) and a .env file, whose values
// the environment goes before. dotenv may name a file that does not exist, or be empty. Nothing is created.
func Load(environ []string, dotenv string) (Config, error) {
	terminal := false
	if info, err := os.Stderr.Stat(); err == nil {
		terminal = info.Mode()&os.ModeCharDevice != 0
	}
	return load(environ, dotenv, host{root: os.Geteuid() == 0, terminal: terminal})
}

func load(environ []string, dotenv string, on host) (Config, error) {
	values, err := readDotenv(dotenv)
	if err != nil {
		return Config{}, err
	}
	if values == nil {
		values = map[string]string{}
	}
	for _, member := range environ {
		if name, value, ok := strings.Cut(member, "="); ok {
			if value == "" {
				delete(values, name) // an empty variable switches a line of .env off
				continue
			}
			values[name] = value
		}
	}
	c := Config{Addr: defaultAddr, SpoolMaxBytes: defaultSpoolBytes, Stripe: Stripe{RatePerSecond: defaultStripeRate},
		Log: Log{JSON: !on.terminal}, DataDir: "data"}
	if on.root {
		c.DataDir = "/var/lib/tributary"
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if err := c.set(name, values[name], values); err != nil {
			return Config{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	if c.Stripe.APIBase != nil && !c.Stripe.SecretKey.IsSet() {
		return Config{}, errors.New("STRIPE_API_BASE: it needs STRIPE_SECRET_KEY")
	}
	if c.DataDir, err = filepath.Abs(c.DataDir); err != nil {
		return Config{}, fmt.Errorf("TRIBUTARY_DATA_DIR: %w", err)
	}
	return c, nil
}

// set reads one member of the environment; those of other programs are passed over.
func (c *Config) set(name, value string, all map[string]string) error {
	if value == "" {
		return nil
	}
	if v, ok := variables[name]; ok {
		return v.read(c, value)
	}
	if plain, ok := strings.CutSuffix(name, "_FILE"); ok && variables[plain].secret {
		if all[plain] != "" {
			return fmt.Errorf("%s is set too; set one of them", plain)
		}
		text, err := os.ReadFile(value)
		if err != nil {
			return fmt.Errorf("the file cannot be read: %w", errors.Unwrap(err))
		}
		secret := strings.TrimSpace(string(text))
		if secret == "" {
			return errors.New("the file is empty")
		}
		return variables[plain].read(c, secret)
	}
	if strings.HasPrefix(name, "TRIBUTARY_") {
		return fmt.Errorf("there is no such setting%s", nearest(name))
	}
	return nil
}

// nearest names a setting that shares most of its beginning with a wrong one.
func nearest(name string) string {
	best, most := "", len("TRIBUTARY_")
	for _, known := range slices.Sorted(maps.Keys(variables)) {
		shared := 0
		for shared < min(len(known), len(name)) && known[shared] == name[shared] {
			shared++
		}
		if shared > most {
			best, most = known, shared
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// PublicURL gives the base URL: the one that is set, or one on this machine with the port that is listened on.
func (c Config) PublicURL(listening net.Addr) *url.URL {
	if c.BaseURL != nil {
		u := *c.BaseURL
		return &u
	}
	name, _, err := net.SplitHostPort(c.Addr)
	if err != nil || name == "" {
		name = "localhost"
	}
	if ip, err := netip.ParseAddr(name); err == nil && ip.IsUnspecified() {
		name = "localhost"
	}
	_, port, err := net.SplitHostPort(listening.String())
	if err != nil {
		port = "80"
	}
	return &url.URL{Scheme: "http", Host: net.JoinHostPort(name, port)}
}

func readAddr(c *Config, value string) error {
	_, port, err := net.SplitHostPort(value)
	if err != nil {
		return errors.New("it is not HOST:PORT or :PORT")
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return errors.New("the port is not a number from 0 to 65535")
	}
	c.Addr = value
	return nil
}

func readBaseURL(c *Config, value string) error {
	u, err := readURL(value, "http", "https")
	if err != nil {
		return err
	}
	c.BaseURL = u
	return nil
}

// readURL reads a URL without path, user, query and fragment.
func readURL(value string, schemes ...string) (*url.URL, error) {
	u, err := url.Parse(value)
	if err != nil || !slices.Contains(schemes, u.Scheme) || u.Hostname() == "" {
		return nil, fmt.Errorf("it is not a URL that begins with %s://", strings.Join(schemes, ":// or "))
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return nil, errors.New("it may have a host and a port only")
	}
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}, nil
}

func readDataDir(c *Config, value string) error {
	c.DataDir = value
	return nil
}

func readSecret(c *Config, value string) error {
	if len(value) < minSecretLength {
		return fmt.Errorf("it has fewer than %d characters", minSecretLength)
	}
	c.Secret = NewSecret(value)
	return nil
}

func readTrustedProxies(c *Config, value string) error {
	for _, part := range strings.Split(value, ",") {
		part = strings.TrimSpace(part)
		prefix, err := netip.ParsePrefix(part)
		if err != nil {
			addr, err := netip.ParseAddr(part)
			if err != nil {
				return fmt.Errorf("%q is neither a network such as 10.0.0.0/8 nor an address", part)
			}
			prefix = netip.PrefixFrom(addr, addr.BitLen())
		}
		c.TrustedProxies = append(c.TrustedProxies, prefix.Masked())
	}
	return nil
}

func readPostgresBin(c *Config, value string) error {
	if info, err := os.Stat(filepath.Join(value, "postgres")); err != nil || info.IsDir() {
		return errors.New("there is no program named postgres in that folder")
	}
	c.PostgresBin = value
	return nil
}

// units of sizes; the longer ones come first because each ends in the shorter.
var units = []struct {
	name  string
	bytes int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"B", 1}}

func readSpoolMaxBytes(c *Config, value string) error {
	number, factor := value, int64(1)
	for _, unit := range units {
		if text, ok := strings.CutSuffix(value, unit.name); ok {
			number, factor = strings.TrimSpace(text), unit.bytes
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 || n > (1<<62)/factor {
		return errors.New("it is not a number of bytes such as 1073741824 or 8 GiB")
	}
	if n*factor < minSpoolBytes {
		return errors.New("it is less than 1 MiB")
	}
	c.SpoolMaxBytes = n * factor
	return nil
}

func readStripeRate(c *Config, value string) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > maxStripeRate {
		return fmt.Errorf("it is not a whole number from 1 to %d", maxStripeRate)
	}
	c.Stripe.RatePerSecond = n
	return nil
}

func readLog(c *Config, value string) error {
	for _, word := range strings.Split(value, ",") {
		switch word = strings.TrimSpace(word); word {
		case "text":
			c.Log.JSON = false
		case "json":
			c.Log.JSON = true
		case "debug", "info", "warn", "error":
			if err := c.Log.Level.UnmarshalText([]byte(word)); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%q is none of text, json, debug, info, warn, error", word)
		}
	}
	return nil
}

func readDatabaseURL(c *Config, value string) error {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return errors.New("it is not a URL that begins with postgres://") // the value holds a password, so it is not quoted
	}
	c.DatabaseURL = NewSecret(value)
	return nil
}

func readStripeKey(c *Config, value string) error {
	if strings.ContainsAny(value, " \t,") {
		return errors.New("it is not one key")
	}
	c.Stripe.SecretKey = NewSecret(value)
	return nil
}

func readSecretList(value string) ([]Secret, error) {
	var out []Secret
	for _, part := range strings.Split(value, ",") {
		if part = strings.TrimSpace(part); part == "" {
			return nil, errors.New("a member of the list is empty")
		}
		out = append(out, NewSecret(part))
	}
	return out, nil
}

func readStripeBase(c *Config, value string) error {
	u, err := readURL(value, "https", "http")
	if err != nil {
		return err
	}
	c.Stripe.APIBase = u
	return nil
}

func readSMTPURL(c *Config, value string) error {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || cmp.Or(u.Path, "/") != "/" {
		return errors.New("it is not of the form smtp://user:password@host:port")
	}
	c.SMTPURL = NewSecret(value)
	return nil
}
