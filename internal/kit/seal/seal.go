// Package seal derives keys from the master secret, one for each purpose, and seals what has to be read again later (the secrets
// of integrations, of one-time codes) so that the database alone does not give it away.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
)

// keyBytes is the length of an AES-256 key.
const keyBytes = 32

// version is the first byte of sealed data, so that the form can change.
const version = 1

// ErrOpen says that sealed data was not sealed by this box for this owner: another master secret, another row, or damage.
var ErrOpen = errors.New("sealed data does not open: it was sealed with another master secret, for another row, or is damaged")

// Derive gives length bytes that belong to one purpose. Different purposes give independent keys.
func Derive(master []byte, purpose string, length int) []byte {
	key, err := hkdf.Key(sha256.New, master, nil, "tributary/"+purpose, length)
	if err != nil {
		panic("seal: " + err.Error()) // only for lengths above 8,160 bytes
	}
	return key
}

// Box seals with AES-256-GCM under the key of one purpose.
type Box struct{ aead cipher.AEAD }

// NewBox makes the box of a purpose.
func NewBox(master []byte, purpose string) *Box {
	block, err := aes.NewCipher(Derive(master, purpose, keyBytes))
	if err != nil {
		panic("seal: " + err.Error()) // the key's length is constant
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("seal: " + err.Error())
	}
	return &Box{aead}
}

// Seal encrypts plain for an owner (a row's id): it opens only for the same owner, so sealed data cannot be moved between rows.
func (b *Box) Seal(plain, owner []byte) []byte {
	out := make([]byte, 1+b.aead.NonceSize(), 1+b.aead.NonceSize()+len(plain)+b.aead.Overhead())
	out[0] = version
	nonce := out[1:]
	if _, err := rand.Read(nonce); err != nil {
		panic("seal: the system's random source failed: " + err.Error())
	}
	return b.aead.Seal(out, nonce, plain, owner)
}

// Open decrypts what Seal made for the same owner, or gives ErrOpen.
func (b *Box) Open(sealed, owner []byte) ([]byte, error) {
	head := 1 + b.aead.NonceSize()
	if len(sealed) < head || sealed[0] != version {
		return nil, ErrOpen
	}
	plain, err := b.aead.Open(nil, sealed[1:head], sealed[head:], owner)
	if err != nil {
		return nil, fmt.Errorf("%w", ErrOpen)
	}
	return plain, nil
}
