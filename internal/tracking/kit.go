package tracking

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tributary/ent/gen"
	"tributary/ent/gen/code"
	entcreator "tributary/ent/gen/creator"
	"tributary/ent/gen/link"
	"tributary/ent/gen/program"
	"tributary/ent/gen/socialaccount"
	"tributary/internal/creator"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

const (
	// kitAttempts bounds how often a kit is made again because another link or code took a word of it in the same moment.
	kitAttempts = 5
	// kitCodeTries bounds how many codes are tried that are made from a creator's handle.
	kitCodeTries = 20
)

// KitInput is what a kit is made of. Without Platforms those of the creator's social accounts are meant. An empty Code is made from the
// creator's handle.
type KitInput struct {
	PartnershipID id.ID
	Platforms     []creator.Platform
	Campaign      string
	WithCode      bool
	Code          string
	Discount      money.BasisPoints
}

// Kit is a link for each platform, in the order in which they were asked for, and a code.
type Kit struct {
	Links     []Link
	Code      *Code // the newest of the partnership; nil when there is none
	LinksMade int
	CodeMade  bool
}

// CreateKit makes, at once, the links that an active partnership lacks on the platforms for a campaign, and a code when it has none and
// one is wanted. Asking again, also at the same time, gives what is there. For the partnership's creator or members who may write
// tracking. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED; WRONG_STATE (partnership not active); REQUIRED (platforms, when the creator
// has no social account; code, when none could be made up); TOO_LONG, BAD_FORMAT, INVALID, TAKEN, OUT_OF_RANGE at their fields.
func (s *Service) CreateKit(ctx context.Context, in KitInput) (Kit, error) {
	p, err := s.writable(ctx, in.PartnershipID)
	if err != nil {
		return Kit{}, err
	}
	k := kit{s: s, p: p, in: in}
	if err := k.check(ctx); err != nil {
		return Kit{}, err
	}
	for range kitAttempts {
		err = s.DB.InTx(ctx, k.makeTx)
		if !isTaken(err) && (in.Code != "" || !database.IsUnique(err, "code_live_key")) {
			break
		}
	}
	if database.IsUnique(err, "code_live_key") && in.Code != "" {
		return Kit{}, codeTaken(k.in.Code).With(err)
	}
	if err != nil {
		return Kit{}, err
	}
	for _, l := range k.made {
		s.links.changed(ctx, p.BrandID, l.ID.UUID)
	}
	return k.out, nil
}

// kit is one that is being made.
type kit struct {
	s    *Service
	p    *gen.Partnership
	in   KitInput
	who  *gen.Creator
	prg  *gen.Program
	out  Kit
	made []Link
}

// check reads what the kit needs to know and checks what was asked for.
func (k *kit) check(ctx context.Context) (err error) {
	if k.who, err = k.s.DB.Ent.Creator.Query().Where(entcreator.ID(k.p.CreatorID)).Only(ctx); err != nil {
		return fmt.Errorf("create kit: %w", err)
	}
	if k.prg, err = k.s.DB.Ent.Program.Query().Where(program.ID(k.p.ProgramID)).Only(ctx); err != nil {
		return fmt.Errorf("create kit: %w", err)
	}
	hosts, err := k.s.verifiedHosts(ctx, k.p.BrandID)
	if err != nil {
		return err
	}
	var bad fault.List
	k.in.Campaign = field.Line(&bad, "campaign", k.in.Campaign, 0, campaignMax)
	if k.in.Code != "" {
		k.in.Code = checkCode(&bad, k.in.Code)
	}
	checkDiscount(&bad, k.in.Discount)
	if wrong := checkDestination("platforms", k.prg.DefaultDestinationURL, hosts); wrong != nil {
		bad.Add(fault.At("partnershipId", "INVALID", "The program has no destination of its own that links could lead to; make single links instead."))
	}
	if err := k.choosePlatforms(ctx, &bad); err != nil {
		return err
	}
	return bad.Err()
}

// choosePlatforms takes the platforms that were asked for, each once, or those of the creator's social accounts.
func (k *kit) choosePlatforms(ctx context.Context, bad *fault.List) error {
	if len(k.in.Platforms) > len(creator.Platforms) {
		bad.Add(fault.At("platforms", "TOO_LONG", "There are at most %d platforms.", len(creator.Platforms)))
		return nil
	}
	if len(k.in.Platforms) == 0 {
		has, err := k.s.DB.Ent.SocialAccount.Query().Where(socialaccount.CreatorID(k.p.CreatorID), socialaccount.RemovedAtIsNil()).
			Unique(true).Select(socialaccount.FieldPlatform).Strings(ctx)
		if err != nil {
			return fmt.Errorf("create kit: %w", err)
		}
		for _, p := range creator.Platforms {
			if slices.Contains(has, string(p)) {
				k.in.Platforms = append(k.in.Platforms, p)
			}
		}
	}
	if len(k.in.Platforms) == 0 {
		bad.Add(fault.At("platforms", "REQUIRED", "Name platforms, or add the creator's social accounts first."))
	}
	var once []creator.Platform
	for i, p := range k.in.Platforms {
		field.OneOf(bad, "platforms."+strconv.Itoa(i), p, creator.Platforms...)
		if !slices.Contains(once, p) {
			once = append(once, p)
		}
	}
	k.in.Platforms = once
	return nil
}

// makeTx makes what is missing. Kits of one partnership wait for each other, so that each sees what the one before has made.
func (k *kit) makeTx(ctx context.Context, tx database.Tx) error {
	k.out, k.made = Kit{}, nil
	if err := database.AdvisoryLockTx(ctx, tx, "kit:"+k.p.ID.String()); err != nil {
		return fmt.Errorf("create kit: %w", err)
	}
	if err := k.linksTx(ctx, tx); err != nil {
		return err
	}
	return k.codeTx(ctx, tx)
}

func (k *kit) linksTx(ctx context.Context, tx database.Tx) error {
	rows, err := tx.Ent.Link.Query().Where(link.PartnershipID(k.p.ID), link.ArchivedAtIsNil(), link.Campaign(k.in.Campaign)).
		Order(link.ByCreatedAt(), link.ByID()).Limit(linksOfPartnership).All(ctx)
	if err != nil {
		return fmt.Errorf("create kit: %w", err)
	}
	present := map[creator.Platform]Link{} // the newest of each platform
	for _, row := range rows {
		present[creator.Platform(row.Platform)] = linkOf(row)
	}
	var missing []creator.Platform
	for _, p := range k.in.Platforms {
		if _, ok := present[p]; !ok {
			missing = append(missing, p)
		}
	}
	if err := k.s.roomForLinksTx(ctx, tx, k.p.ID, len(missing)); err != nil {
		return err
	}
	words, err := k.wordsTx(ctx, tx, missing)
	if err != nil {
		return err
	}
	for i, p := range missing {
		l, err := k.s.insertLinkTx(ctx, tx, k.p, CreateLinkInput{Platform: p, DestinationURL: k.prg.DefaultDestinationURL, Campaign: k.in.Campaign},
			cmp.Or(words[i], randomCode()), words[i] != "")
		if err != nil {
			return err
		}
		present[p] = l
		k.made = append(k.made, l)
	}
	for _, p := range k.in.Platforms {
		k.out.Links = append(k.out.Links, present[p])
	}
	k.out.LinksMade = len(missing)
	return nil
}

// platformMarks tell in a code where a link is shared.
var platformMarks = map[creator.Platform]string{
	creator.PlatformInstagram: "ig", creator.PlatformTiktok: "tt", creator.PlatformYoutube: "yt", creator.PlatformTwitch: "tw",
	creator.PlatformPinterest: "pin", creator.PlatformX: "x", creator.PlatformFacebook: "fb", creator.PlatformSnapchat: "sc",
	creator.PlatformBlog: "blog", creator.PlatformNewsletter: "nl", creator.PlatformPodcast: "pod", creator.PlatformOther: "more",
}

// wordsTx finds codes that people can read for links on platforms, such as maya-ig, or maya-ig-spring for a campaign or where that is
// taken; empty where all are.
func (k *kit) wordsTx(ctx context.Context, tx database.Tx, platforms []creator.Platform) ([]string, error) {
	tries := make([][]string, len(platforms))
	var codes, looks []string
	for i, p := range platforms {
		short := hyphened(k.who.Handle) + "-" + platformMarks[p]
		candidates := []string{short, short + "-" + hyphened(k.prg.Slug)}
		if k.in.Campaign != "" {
			candidates = []string{short + "-" + hyphened(k.in.Campaign)}
		}
		for _, c := range candidates {
			if checkVanity(c) == nil {
				tries[i], codes, looks = append(tries[i], c), append(codes, c), append(looks, looksLike(c))
			}
		}
	}
	out := make([]string, len(platforms))
	if len(codes) == 0 {
		return out, nil
	}
	taken, err := tx.Ent.Link.Query().Where(link.Or(link.CodeIn(codes...), link.LooksLikeIn(looks...))).Limit(2 * len(codes)).
		Select(link.FieldCode).Strings(ctx)
	if err != nil {
		return nil, fmt.Errorf("create kit: %w", err)
	}
	seen := map[string]bool{}
	for _, c := range taken {
		seen[looksLike(c)] = true
	}
	for i := range tries {
		for _, c := range tries[i] {
			if out[i] == "" && !seen[looksLike(c)] {
				out[i], seen[looksLike(c)] = c, true
			}
		}
	}
	return out, nil
}

// hyphened writes words with hyphens between them, in lower case, without anything that a code cannot have.
func hyphened(words string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(words), func(r rune) bool { return !strings.ContainsRune(vanityLetters, r) || r == '-' }), "-")
}

func (k *kit) codeTx(ctx context.Context, tx database.Tx) error {
	row, err := tx.Ent.Code.Query().Where(code.PartnershipID(k.p.ID), code.ArchivedAtIsNil(),
		code.Or(code.EndsAtIsNil(), code.EndsAtGT(k.s.Clock.Now()))).Order(gen.Desc(code.FieldCreatedAt, code.FieldID)).First(ctx)
	if err != nil && !database.IsMissing(err) {
		return fmt.Errorf("create kit: %w", err)
	}
	if err == nil {
		c := codeOf(row)
		k.out.Code = &c
		return nil
	}
	if !k.in.WithCode {
		return nil
	}
	if err := roomForCodeTx(ctx, tx, k.p.ID); err != nil {
		return err
	}
	word := k.in.Code
	if word == "" {
		if word, err = k.wordTx(ctx, tx); err != nil {
			return err
		}
	}
	c, err := k.s.insertCodeTx(ctx, tx, k.p, CreateCodeInput{Code: word, Discount: k.in.Discount, Platform: creator.PlatformOther}, nil)
	if err != nil {
		return err
	}
	k.out.Code, k.out.CodeMade = &c, true
	return nil
}

// wordTx makes up a code that no live code of the brand has: the creator's handle with the discount, such as MAYA15, else with a number.
func (k *kit) wordTx(ctx context.Context, tx database.Tx) (string, error) {
	stem := strings.ToUpper(strings.NewReplacer(".", "", "_", "").Replace(k.who.Handle))
	if percent := k.in.Discount / 100; percent > 0 && k.in.Discount%100 == 0 {
		stem += strconv.Itoa(int(percent))
	}
	var shown, folded []string
	for n := 1; n <= kitCodeTries; n++ {
		c := stem
		if n > 1 {
			c += "-" + strconv.Itoa(n)
		}
		if codeWellFormed(c) {
			shown, folded = append(shown, c), append(folded, FoldCode(c))
		}
	}
	taken, err := tx.Ent.Code.Query().Where(code.BrandID(k.p.BrandID), code.FoldedIn(folded...), code.ArchivedAtIsNil()).Limit(kitCodeTries).
		Select(code.FieldFolded).Strings(ctx)
	if err != nil {
		return "", fmt.Errorf("create kit: %w", err)
	}
	for i, f := range folded {
		if !slices.Contains(taken, f) {
			return shown[i], nil
		}
	}
	return "", fault.At("code", "REQUIRED", "Name a code; all that were made from the creator's handle are in use.")
}
