using System.Collections.Immutable;

namespace Marketplace.Domain.Payments;

/// <summary>保函 in place of frozen money.</summary>
public sealed partial record Book
{
    public ImmutableDictionary<Guid, Guarantee> Guarantees { get; private init; } = ImmutableDictionary<Guid, Guarantee>.Empty;

    public GuaranteeLine LineOf(Guarantee letter)
    {
        var balance = Ledger[new Account(Purpose.Guarantee, letter.Id)];
        return new GuaranteeLine(letter, balance.AvailableFen, balance.PendingDebitsFen);
    }

    /// <summary>An organisation's letters, ended ones too, in the order they were confirmed.</summary>
    private ImmutableArray<GuaranteeLine> LettersOf(Guid organisation) =>
        [.. Guarantees.Values.Where(g => g.Organisation == organisation).OrderBy(g => g.ConfirmedAt).ThenBy(g => g.Id).Select(LineOf)];

    private Book WithGuarantee(GuaranteeFact fact, DateTimeOffset at) => this with
    {
        Guarantees = Guarantees.SetItem(fact.Letter, fact switch
        {
            GuaranteeConfirmed f => new Guarantee(f.Letter, f.Organisation, f.AmountFen, f.Issuer, f.Number, f.ValidUntil, f.ReceivedAt, at),
            GuaranteeEnded f => Guarantees[f.Letter] with { Ended = f.Because, EndedAt = at },
            var unknown => throw new InvalidOperationException($"A fact that nobody folds: {unknown.Type}"),
        }),
    };

    private Book WithCalled(GuaranteeCalled fact)
    {
        var letter = Guarantees[fact.Letter!.Value];
        return this with { Guarantees = Guarantees.SetItem(letter.Id, letter with { CalledFen = letter.CalledFen + fact.AmountFen }) };
    }
}
