package inbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// tolerance is how far the time inside a signature may lie from ours.
const tolerance = 5 * time.Minute

// Bounds of a signature with a time: of the header in bytes, of the signatures in it.
const (
	signatureMax  = 2_000
	signaturesMax = 10
)

// Sentences about signatures that do not hold.
const (
	wrongSignature = "The signature does not belong to this body; check the secret of the integration."
	wrongTime      = "The signature is older than five minutes, or from the future; check the clock of the sender."
)

// plain checks base64(HMAC-SHA256(body)) by each secret, in constant time for each.
func plain(header string, body []byte, secrets [][]byte) (refusal string) {
	told, err := base64.StdEncoding.DecodeString(header)
	if err != nil {
		return wrongSignature
	}
	for _, secret := range secrets {
		if hmac.Equal(told, mac(secret, body)) {
			return ""
		}
	}
	return wrongSignature
}

// timed checks "t=<unix>,v1=<hex HMAC-SHA256 of "t.body">" by each secret; a header may hold several v1. The signature is looked at
// before the time, so that only who knows the secret learns about clocks.
func timed(header string, body []byte, secrets [][]byte, now time.Time) (refusal string) {
	if len(header) > signatureMax {
		return wrongSignature
	}
	stamp, told := "", [][]byte{}
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			stamp = value
		case "v1":
			if b, err := hex.DecodeString(value); err == nil && len(told) < signaturesMax {
				told = append(told, b)
			}
		}
	}
	at, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return wrongSignature
	}
	signed := append([]byte(stamp+"."), body...)
	for _, secret := range secrets {
		right := mac(secret, signed)
		for _, t := range told {
			if !hmac.Equal(t, right) {
				continue
			}
			if away := now.Unix() - at; away > int64(tolerance/time.Second) || away < -int64(tolerance/time.Second) {
				return wrongTime
			}
			return ""
		}
	}
	return wrongSignature
}

func mac(secret, message []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write(message)
	return h.Sum(nil)
}
