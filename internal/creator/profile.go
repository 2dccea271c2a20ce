package creator

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entcreator "tributary/ent/gen/creator"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// Limits of a profile. Texts are in characters.
const (
	handleMin    = 3
	handleMax    = 30
	nameMax      = 120
	bioMax       = 2000
	languagesMax = 10
	nichesMax    = 20
	nicheMax     = 40
	aliasesMax   = 20
	aliasMin     = 3
	aliasMax     = 60
)

var (
	handleForm   = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)*$`)
	countryForm  = regexp.MustCompile(`^[A-Z]{2}$`)
	languageForm = regexp.MustCompile(`^[a-z]{2}$`)
)

// ProfileInput is what updateCreatorProfile takes. Nil stays as it is.
type ProfileInput struct {
	Handle     *string
	Name       *string
	Bio        *string
	Country    *string
	Languages  []string // nil stays; empty clears
	Niches     []string // nil stays; empty clears
	Aliases    []string // nil stays; empty clears
	WebsiteURL *string
}

// UpdateProfile changes the profile of the signed-in person. The first call makes it and needs handle, name and country. Faults:
// UNAUTHENTICATED, FORBIDDEN for apps; REQUIRED, TOO_LONG, BAD_FORMAT at a field; TAKEN at handle.
func (s *Service) UpdateProfile(ctx context.Context, in ProfileInput) (Creator, error) {
	user, err := access.User(viewer.From(ctx))
	if err != nil {
		return Creator{}, err
	}
	present, err := s.db.Ent.Creator.Query().Where(entcreator.UserID(user)).Only(ctx)
	if err != nil && !database.IsMissing(err) {
		return Creator{}, err
	}
	if err := in.check(present == nil); err != nil {
		return Creator{}, err
	}
	var out *gen.Creator
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		var err error
		if present == nil {
			out, err = s.insert(ctx, tx, user, in)
		} else {
			out, err = s.change(ctx, tx, present.ID, in)
		}
		return database.OnUnique(err, "creator_handle_key", taken("handle"))
	})
	if database.IsUnique(err, "creator_user_key") {
		return Creator{}, fault.New(fault.Conflict, "CONFLICT", "Your profile was just made. Look again.")
	}
	if err != nil {
		return Creator{}, err
	}
	return fromRow(out), nil
}

func taken(path string) *fault.Fault {
	return fault.At(path, "TAKEN", "Somebody else has this handle.")
}

func handle(l *fault.List, path, value string) string {
	value = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(value), "@"))
	had := len(*l)
	value = field.Line(l, path, value, handleMin, handleMax)
	if len(*l) == had && !handleForm.MatchString(value) {
		l.Add(fault.At(path, "BAD_FORMAT", "Use letters, digits, underscores and single dots between them."))
	}
	return value
}

func country(l *fault.List, path, value string) {
	if value == "" {
		l.Add(fault.At(path, "REQUIRED", "Name the country."))
	} else if !countryForm.MatchString(value) {
		l.Add(fault.At(path, "BAD_FORMAT", "This is a code of two capital letters like DE."))
	}
}

func (in *ProfileInput) check(first bool) error {
	var wrong fault.List
	blank := ""
	if first {
		for _, p := range []**string{&in.Handle, &in.Name, &in.Country} {
			if *p == nil {
				*p = &blank
			}
		}
	}
	if in.Handle != nil {
		h := handle(&wrong, "handle", *in.Handle)
		in.Handle = &h
	}
	if in.Name != nil {
		n := field.Line(&wrong, "name", *in.Name, 1, nameMax)
		in.Name = &n
	}
	if in.Bio != nil {
		b := field.Body(&wrong, "bio", *in.Bio, 0, bioMax)
		in.Bio = &b
	}
	if in.Country != nil {
		country(&wrong, "country", *in.Country)
	}
	if in.Languages != nil {
		in.Languages = field.Lines(&wrong, "languages", in.Languages, languagesMax, 1, 2)
		for i, l := range in.Languages {
			if l != "" && !languageForm.MatchString(l) {
				wrong.Add(fault.At("languages."+strconv.Itoa(i), "BAD_FORMAT", "This is a code of two small letters like de."))
			}
		}
	}
	if in.Niches != nil {
		in.Niches = field.Lines(&wrong, "niches", in.Niches, nichesMax, 1, nicheMax)
	}
	if in.Aliases != nil {
		in.Aliases = field.Lines(&wrong, "aliases", in.Aliases, aliasesMax, aliasMin, aliasMax)
	}
	if in.WebsiteURL != nil {
		u := field.URL(&wrong, "websiteUrl", *in.WebsiteURL)
		in.WebsiteURL = &u
	}
	return wrong.Err()
}

func (s *Service) insert(ctx context.Context, tx database.Tx, user uuid.UUID, in ProfileInput) (*gen.Creator, error) {
	now := s.clock.Now()
	bio := ""
	if in.Bio != nil {
		bio = *in.Bio
	}
	row, err := tx.Ent.Creator.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetUpdatedAt(now).SetUserID(user).
		SetHandle(*in.Handle).SetName(*in.Name).SetBio(bio).SetCountry(*in.Country).
		SetLanguages(append([]string{}, in.Languages...)).SetNiches(append([]string{}, in.Niches...)).SetAliases(append([]string{}, in.Aliases...)).
		SetNillableWebsiteURL(in.WebsiteURL).Save(ctx)
	if err != nil {
		return nil, err
	}
	return row, auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "CREATOR_PROFILE_CREATED", ObjectKind: "CREATOR", ObjectID: row.ID,
		CreatorID: row.ID})
}

func (s *Service) change(ctx context.Context, tx database.Tx, creator uuid.UUID, in ProfileInput) (*gen.Creator, error) {
	now := s.clock.Now()
	u := tx.Ent.Creator.UpdateOneID(creator).SetUpdatedAt(now).SetNillableHandle(in.Handle).SetNillableName(in.Name).
		SetNillableBio(in.Bio).SetNillableCountry(in.Country).SetNillableWebsiteURL(in.WebsiteURL)
	if in.Languages != nil {
		u.SetLanguages(in.Languages)
	}
	if in.Niches != nil {
		u.SetNiches(in.Niches)
	}
	if in.Aliases != nil {
		u.SetAliases(in.Aliases)
	}
	row, err := u.Save(ctx)
	if err != nil {
		return nil, err
	}
	return row, auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "CREATOR_PROFILE_UPDATED", ObjectKind: "CREATOR", ObjectID: row.ID,
		CreatorID: row.ID})
}

// NewTx makes the profile that a sign-up asks for, in the sign-up's transaction. The name was checked by the sign-up. Faults:
// REQUIRED, TOO_LONG, BAD_FORMAT, TAKEN at handle or country.
func (s *Service) NewTx(ctx context.Context, tx database.Tx, user uuid.UUID, handleWanted, name, countryCode string) error {
	var wrong fault.List
	h := handle(&wrong, "handle", handleWanted)
	country(&wrong, "country", countryCode)
	if err := wrong.Err(); err != nil {
		return err
	}
	_, err := s.insert(ctx, tx, user, ProfileInput{Handle: &h, Name: &name, Country: &countryCode})
	return database.OnUnique(err, "creator_handle_key", taken("handle"))
}
