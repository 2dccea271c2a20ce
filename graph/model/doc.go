// Package model holds what gqlgen generates for inputs and payloads. Objects and enumerations are the domains' own types.
package model
