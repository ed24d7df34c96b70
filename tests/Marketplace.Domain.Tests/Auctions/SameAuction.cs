using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using Marketplace.Domain.Auctions;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>Compares two states member by member; records compare their collections by reference.</summary>
public static class SameAuction
{
    private static readonly PropertyInfo[] Members = [.. typeof(Auction).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.Name != nameof(Auction.NextMinFen))];

    public static void Assert(Auction expected, Auction actual)
    {
        foreach (var member in Members) Xunit.Assert.Equal(Say(member.GetValue(expected)), Say(member.GetValue(actual)));
    }

    private static string Say(object? value) => value switch
    {
        null => "none",
        string text => text,
        Terms terms => $"{terms with { Steps = ImmutableArray<Step>.Empty }} {string.Join(',', terms.Steps)}",
        HallState hall => string.Join('\n', typeof(HallState).GetProperties().Where(p => p.Name != nameof(HallState.Quiet)).Select(p => $"{p.Name} {Say(p.GetValue(hall))}")),
        IDictionary pairs => string.Join('\n', pairs.Keys.Cast<object>().OrderBy(k => $"{k}", StringComparer.Ordinal).Select(k => $"{k}={Say(pairs[k])}")),
        IEnumerable items => string.Join('\n', items.Cast<object>().Select(Say)),
        _ => $"{value}",
    };
}
