using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>The words of letters of guarantee.</summary>
internal sealed partial class Bookkeeper
{
    /// <summary>The last day of a letter where nothing else is said.</summary>
    public static readonly DateOnly Far = new(2027, 6, 30);
    private static readonly string Scan = new('f', 64);

    public Refusal? Letter(int id, Guid organisation, long amount, DateOnly? until = null, DateTimeOffset? received = null, string? number = null, string issuer = "杭州某银行") =>
        Do((book, at) => Guarantees.Confirm(book, new ConfirmGuarantee(Id(id), organisation, amount, issuer, number ?? $"LG-{id}", until ?? Far, received ?? Start.AddDays(-1), Scan, Clerk), at));

    public Refusal? FreezeOn(int letter, int id, Guid organisation, string auction, long amount, DateTimeOffset? creditedBy = null, DateOnly? lastsUntil = null) =>
        Do((book, at) => Deposits.Place(book, new PlaceHold(Id(id), organisation, auction, amount, creditedBy) { Letter = Id(letter), LastsUntil = lastsUntil }, at));

    public Refusal? Return(int letter, Guid organisation) => Do((book, at) => Guarantees.Return(book, Id(letter), organisation, at));

    public Refusal? Expire(int letter) => Do((book, at) => Guarantees.Expire(book, Id(letter), at));

    public GuaranteeLine Line(int letter) => State.LineOf(State.Guarantees[Id(letter)]);

    /// <summary>What becomes owed when a hold on a letter is lost: ids that follow from the hold's.</summary>
    public static GuaranteeDemand DemandOf(int hold) => new(Id(0x100_000 + hold), Id(0x200_000 + hold), Due);
}
