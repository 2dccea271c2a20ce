package fraud

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entprogramguard "tributary/ent/gen/programguard"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// LeakMode is: how a code that has leaked counts. Spelled alike in Go, SQL and GraphQL.
type LeakMode string

// The values of LeakMode.
const (
	LeakObserve          LeakMode = "OBSERVE"             // It counts as before; people are told.
	LeakHold             LeakMode = "HOLD"                // It counts, and its commission waits for a person.
	LeakPayOnlyWithClick LeakMode = "PAY_ONLY_WITH_CLICK" // It counts only where the shopper had clicked on the creator's link too.
)

// BannedMode is: how a click from a place counts that the program does not allow. Spelled alike in Go, SQL and GraphQL.
type BannedMode string

// The values of BannedMode.
const (
	BannedHold   BannedMode = "HOLD"   // It counts, and its commission waits for a person.
	BannedRefuse BannedMode = "REFUSE" // It does not count.
)

// FindingMode is: what follows from a finding about clicks or refunds. Spelled alike in Go, SQL and GraphQL.
type FindingMode string

// The values of FindingMode.
const (
	FindingObserve FindingMode = "OBSERVE" // People are told.
	FindingHold    FindingMode = "HOLD"    // Commissions that it is about wait for a person.
)

// Limits of the places that a program does not allow.
const (
	bannedMax = 100 // hosts
	hostMax   = 253 // characters of a host
)

// ProgramGuard is how a program treats what looks wrong.
type ProgramGuard struct {
	ProgramID     id.ID       // the program.
	LeakMode      LeakMode    // how its codes count that have leaked.
	BannedMode    BannedMode  // how clicks from banned places count.
	FindingMode   FindingMode // what follows from findings about clicks and refunds.
	BannedSources []string    // hosts that clicks may not come from; a host stands for all below it. At most 100.
	UpdatedAt     *time.Time  // when it was last changed; null while it has the defaults.
}

// defaultGuard is how a program without a row treats what looks wrong.
func defaultGuard(program uuid.UUID) ProgramGuard {
	return ProgramGuard{ProgramID: id.Of(id.Program, program), LeakMode: LeakObserve, BannedMode: BannedHold, FindingMode: FindingObserve, BannedSources: []string{}}
}

func guardOf(r *gen.ProgramGuard) ProgramGuard {
	return ProgramGuard{ProgramID: id.Of(id.Program, r.ProgramID), LeakMode: LeakMode(r.LeakMode), BannedMode: BannedMode(r.BannedMode),
		FindingMode: FindingMode(r.FindingMode), BannedSources: r.BannedSources, UpdatedAt: &r.UpdatedAt}
}

// program reads a program for somebody who may do something in its brand.
func (s *Service) program(ctx context.Context, x id.ID, a access.Action) (*gen.Program, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return nil, err
	}
	u, err := id.Want(x, id.Program, "program")
	if err != nil {
		return nil, err
	}
	row, err := s.db.Ent.Program.Get(ctx, u)
	if err != nil {
		return nil, database.OnMissing(err, "program")
	}
	return row, access.Noun(access.Brand(v, a, row.BrandID), "program")
}

// Guard gives how a program treats what looks wrong. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) Guard(ctx context.Context, program id.ID) (ProgramGuard, error) {
	p, err := s.program(ctx, program, access.ReadHolds)
	if err != nil {
		return ProgramGuard{}, err
	}
	row, err := s.db.Ent.ProgramGuard.Query().Where(entprogramguard.ProgramID(p.ID)).Only(ctx)
	if database.IsMissing(err) {
		return defaultGuard(p.ID), nil
	}
	if err != nil {
		return ProgramGuard{}, fmt.Errorf("guard of a program: %w", err)
	}
	return guardOf(row), nil
}

// UpdateProgramGuardInput changes how a program treats what looks wrong; nil leaves a part as it is.
type UpdateProgramGuardInput struct {
	Program       id.ID
	LeakMode      *LeakMode
	BannedMode    *BannedMode
	FindingMode   *FindingMode
	BannedSources []string // nil leaves them
}

// UpdateProgramGuard changes it for orders from now on. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN; INVALID of the modes, TOO_LONG
// or BAD_FORMAT of bannedSources.
func (s *Service) UpdateProgramGuard(ctx context.Context, in UpdateProgramGuardInput) (ProgramGuard, error) {
	p, err := s.program(ctx, in.Program, access.WritePrograms)
	if err != nil {
		return ProgramGuard{}, err
	}
	var wrong fault.List
	if in.LeakMode != nil {
		*in.LeakMode = field.OneOf(&wrong, "leakMode", *in.LeakMode, LeakObserve, LeakHold, LeakPayOnlyWithClick)
	}
	if in.BannedMode != nil {
		*in.BannedMode = field.OneOf(&wrong, "bannedMode", *in.BannedMode, BannedHold, BannedRefuse)
	}
	if in.FindingMode != nil {
		*in.FindingMode = field.OneOf(&wrong, "findingMode", *in.FindingMode, FindingObserve, FindingHold)
	}
	hosts := bannedHosts(&wrong, in.BannedSources)
	if err := wrong.Err(); err != nil {
		return ProgramGuard{}, err
	}
	out := defaultGuard(p.ID)
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := database.AdvisoryLockTx(ctx, tx, "program_guard:"+p.ID.String()); err != nil {
			return fmt.Errorf("lock a guard: %w", err)
		}
		row, err := tx.Ent.ProgramGuard.Query().Where(entprogramguard.ProgramID(p.ID)).Only(ctx)
		if err != nil && !database.IsMissing(err) {
			return fmt.Errorf("guard of a program: %w", err)
		}
		if row != nil {
			out = guardOf(row)
		}
		given(&out.LeakMode, in.LeakMode)
		given(&out.BannedMode, in.BannedMode)
		given(&out.FindingMode, in.FindingMode)
		if in.BannedSources != nil {
			out.BannedSources = hosts
		}
		return s.keepGuardTx(ctx, tx, p, row, &out)
	})
	return out, err
}

func given[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}

func (s *Service) keepGuardTx(ctx context.Context, tx database.Tx, p *gen.Program, row *gen.ProgramGuard, g *ProgramGuard) error {
	now := s.clock.Now()
	g.UpdatedAt = &now
	var err error
	if row == nil {
		err = tx.Ent.ProgramGuard.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(p.BrandID).SetProgramID(p.ID).
			SetLeakMode(string(g.LeakMode)).SetBannedMode(string(g.BannedMode)).SetFindingMode(string(g.FindingMode)).
			SetBannedSources(g.BannedSources).SetUpdatedAt(now).SetNillableUpdatedBy(person(ctx)).Exec(ctx)
	} else {
		err = tx.Ent.ProgramGuard.UpdateOne(row).SetLeakMode(string(g.LeakMode)).SetBannedMode(string(g.BannedMode)).
			SetFindingMode(string(g.FindingMode)).SetBannedSources(g.BannedSources).SetUpdatedAt(now).SetNillableUpdatedBy(person(ctx)).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("keep a guard: %w", err)
	}
	return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "PROGRAM_GUARD_CHANGED", ObjectKind: "PROGRAM", ObjectID: p.ID, BrandID: p.BrandID,
		Detail: map[string]any{"leakMode": g.LeakMode, "bannedMode": g.BannedMode, "findingMode": g.FindingMode, "bannedSources": len(g.BannedSources)}})
}

// person is the signed-in person; nil for apps and jobs.
func person(ctx context.Context) *uuid.UUID {
	if v := viewer.From(ctx); v.Kind == viewer.User {
		return &v.UserID
	}
	return nil
}

var hostForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

// bannedHosts reads hosts as people write them, with or without a scheme and path.
func bannedHosts(wrong *fault.List, told []string) []string {
	out := []string{}
	if len(told) > bannedMax {
		wrong.Add(fault.At("bannedSources", "TOO_LONG", "A program bans at most %d places.", bannedMax))
		return out
	}
	for i, text := range told {
		host := strings.ToLower(strings.TrimSpace(text))
		if host == "" {
			continue
		}
		if strings.Contains(host, "://") {
			if u, err := url.Parse(host); err == nil {
				host = u.Hostname()
			}
		} else if at := strings.IndexAny(host, "/?#:"); at >= 0 {
			host = host[:at]
		}
		host = strings.TrimPrefix(strings.TrimSuffix(host, "."), "www.")
		if len(host) > hostMax || !hostForm.MatchString(host) {
			wrong.Add(fault.At(fmt.Sprintf("bannedSources.%d", i), "BAD_FORMAT", "This is a host like coupons.example, with a-z, 0-9, dots and hyphens."))
			continue
		}
		if !slices.Contains(out, host) {
			out = append(out, host)
		}
	}
	return out
}

// ofSite tells whether a host is one of the sites or below one.
func ofSite(host string, sites []string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host != "" && slices.ContainsFunc(sites, func(site string) bool { return host == site || strings.HasSuffix(host, "."+site) })
}

// Party is what an order has to know of a partnership to see what looks wrong.
type Party struct {
	Email          string // that the creator signs in with
	EmailConfirmed bool
	OwnPurchases   bool // the brand lets the creator buy for themselves or for clients
	SameNetwork    bool // the creator used the portal from a network that the buyer clicked from, on the same day
	leak           LeakMode
	banned         BannedMode
	sources        []string
	leaked         map[uuid.UUID]LeakMode // codes that had leaked; an empty mode is the program's
}

// Leak says how a code counts: empty for one that had not leaked.
func (p Party) Leak(code uuid.UUID) LeakMode {
	mode, leaked := p.leaked[code]
	if leaked && mode == "" {
		return p.leak
	}
	return mode
}

// Banned says how a click from a host counts: empty for one that is not banned.
func (p Party) Banned(host string) BannedMode {
	if ofSite(host, p.sources) {
		return p.banned
	}
	return ""
}

// Involved are the partnerships that an order has touches of, the codes that were used and the networks that the buyer clicked from.
type Involved struct {
	Partnerships, Codes []uuid.UUID
	Networks            [][]byte
	PlacedAt            time.Time
}

// partyRow is what is stored of a partnership for whatever order.
type partyRow struct {
	Party
	networks map[string]bool // of the creator, of those that were asked for, in hexadecimal
	guards   []codeGuard
}

type codeGuard struct {
	Code     uuid.UUID `json:"code"`
	Mode     LeakMode  `json:"mode"`
	LeakedAt time.Time `json:"leakedAt"`
}

// PartiesTx gives for each of the orders what it has to know of the partnerships that are involved, in one statement for all. The caller
// owns the order events.
func (s *Service) PartiesTx(ctx context.Context, tx database.Tx, orders []Involved) ([]map[uuid.UUID]Party, error) {
	var partnerships, codes, networks database.Column
	for _, o := range orders {
		for _, u := range o.Partnerships {
			partnerships.UUID(u)
		}
		for _, u := range o.Codes {
			codes.UUID(u)
		}
		for _, n := range o.Networks {
			networks.Hex(n)
		}
	}
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT p.id, u.email, u.email_verified_at IS NOT NULL, coalesce(o.own_purchases, false), coalesce(g.leak_mode, $3), coalesce(g.banned_mode, $4),
			coalesce(g.banned_sources, '[]'), coalesce((SELECT jsonb_agg(jsonb_build_object('code', k.code_id, 'mode', coalesce(k.mode, ''), 'leakedAt', k.leaked_at))
				FROM code_guard k WHERE k.code_id = ANY($2::uuid[]) AND k.partnership_id = p.id AND k.leaked_at IS NOT NULL), '[]'),
			coalesce((SELECT jsonb_object_agg(encode(n.network_hash, 'hex'), true) FROM creator_network n
				WHERE n.creator_id = p.creator_id AND n.network_hash IN (SELECT decode(h, 'hex') FROM unnest($5::text[]) h)), '{}')
		FROM partnership p JOIN creator c ON c.id = p.creator_id JOIN "user" u ON u.id = c.user_id
		LEFT JOIN program_guard g ON g.program_id = p.program_id LEFT JOIN partnership_guard o ON o.partnership_id = p.id
		WHERE p.id = ANY($1::uuid[])`, &partnerships, &codes, LeakObserve, BannedHold, &networks)
	if err != nil {
		return nil, fmt.Errorf("parties of orders: %w", err)
	}
	defer func() { _ = rows.Close() }()
	known := map[uuid.UUID]partyRow{}
	for rows.Next() {
		var u uuid.UUID
		var p partyRow
		var sources, guards, seen []byte
		if err := rows.Scan(&u, &p.Email, &p.EmailConfirmed, &p.OwnPurchases, &p.leak, &p.banned, &sources, &guards, &seen); err != nil {
			return nil, fmt.Errorf("parties of orders: %w", err)
		}
		for _, part := range []struct {
			stored []byte
			to     any
		}{{sources, &p.sources}, {guards, &p.guards}, {seen, &p.networks}} {
			if err := json.Unmarshal(part.stored, part.to); err != nil {
				return nil, fmt.Errorf("parties of orders: %w", err)
			}
		}
		known[u] = p
	}
	out := make([]map[uuid.UUID]Party, len(orders))
	for i, o := range orders {
		out[i] = make(map[uuid.UUID]Party, len(o.Partnerships))
		for _, u := range o.Partnerships {
			if p, found := known[u]; found {
				out[i][u] = p.at(o)
			}
		}
	}
	return out, rows.Err()
}

// at is what one order has to know: only its own codes that had leaked by then, only the networks of its own buyer.
func (p partyRow) at(o Involved) Party {
	out := p.Party
	out.leaked = map[uuid.UUID]LeakMode{}
	for _, g := range p.guards {
		if slices.Contains(o.Codes, g.Code) && !g.LeakedAt.After(o.PlacedAt) {
			out.leaked[g.Code] = g.Mode
		}
	}
	out.SameNetwork = slices.ContainsFunc(o.Networks, func(n []byte) bool { return p.networks[hex.EncodeToString(n)] })
	return out
}
