using System.Linq.Expressions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>Organisations by what their register calls them: the code of the mainland's, or a country and the number there.</summary>
internal static class Registers
{
    private static readonly Expression<Func<Organisation, string>> Number =
        o => o.RegistryNumber!.Replace(" ", "").Replace("-", "").Replace(".", "").Replace("/", "");

    /// <summary>The verified organisation that a form's code or entry is of, if there is one. A number is the same with and without its blanks and signs.</summary>
    public static IQueryable<Organisation> Verified(this IQueryable<Organisation> rows, string? uscc, RegistryEntry? abroad)
    {
        var verified = rows.Where(o => o.State == VerificationState.Verified);
        if (abroad is null) return uscc is null ? verified.Where(_ => false) : verified.Where(o => o.Uscc == uscc);
        var compact = RegistryEntry.Compact(abroad.Number);
        return verified.Where(o => o.Country == abroad.Country).Where(Is(compact));
    }

    /// <summary>
    /// The verified organisation that somebody names by its code, or by its number abroad, with or without the two letters of the country before it.
    /// A number that stands in the registers of several countries names none of them.
    /// </summary>
    /// <returns>Null when nobody has it; refused is what is neither a code nor anybody's number.</returns>
    public static async Task<Result<Organisation?>> Named(this IQueryable<Organisation> rows, string? typed, bool demo, CancellationToken cancellation)
    {
        var verified = rows.Where(o => o.State == VerificationState.Verified && o.Demo == demo);
        var uscc = Uscc.Read(typed);
        if (uscc.Done && await verified.FirstOrDefaultAsync(o => o.Uscc == uscc.Value.Value, cancellation) is { } mainland) return mainland;
        if (RegistryEntry.ReadNumber(typed) is { Done: true } number)
        {
            var compact = RegistryEntry.Compact(number.Value);
            var (country, rest) = (compact[..2], compact[2..]);
            var found = await verified.Where(o => o.Country != null).Where(Is(compact)).Take(2).ToListAsync(cancellation);
            if (found.Count == 0) found = await verified.Where(o => o.Country == country).Where(Is(rest)).Take(2).ToListAsync(cancellation);
            if (found.Count > 0) return found.Count == 1 ? found[0] : null;
        }

        return uscc.Refusal is { } refusal ? Result<Organisation?>.Refuse(refusal, "uscc") : Result<Organisation?>.Of(null);
    }

    private static Expression<Func<Organisation, bool>> Is(string compact) =>
        Expression.Lambda<Func<Organisation, bool>>(Expression.Equal(Number.Body, ((Expression<Func<string>>)(() => compact)).Body), Number.Parameters);
}
