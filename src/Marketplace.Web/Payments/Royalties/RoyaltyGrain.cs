using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Notifications;
using Marketplace.Platform.Streams;
using Orleans.Concurrency;

namespace Marketplace.Payments.Royalties;

/// <summary>Identity, order and durability of the royalties of a deal; the rules are <see cref="RoyaltyRules"/>.</summary>
/// <remarks>As of a deal: no take-over fact, and an activation that refused ends, so that the next try replays.</remarks>
[Reentrant]
public sealed class RoyaltyGrain(StreamServices services, INotifier notifier) : StreamGrain<RoyaltyAgreement>(services), IRoyaltyGrain
{
    /// <summary>The name of the stream of a deal.</summary>
    public static string StreamOf(string deal) => $"royalty/{deal}";

    protected override string Stream => StreamOf(this.GetPrimaryKeyString());

    protected override RoyaltyAgreement Empty => RoyaltyAgreement.Nothing;

    public Task<Result<Nothing>> Begin(BeginRoyalties command) =>
        command.Deal == this.GetPrimaryKeyString() ? Do((royalties, at) => RoyaltyRules.Begin(royalties, command, at)) : Task.FromResult<Result<Nothing>>(Refusal.MalformedRequest);

    public Task<Result<Nothing>> End(string because) => Do((royalties, at) => RoyaltyRules.End(royalties, because, at));

    public Task<Result<Nothing>> Declare(PeriodDeclared said) => Do((royalties, at) => RoyaltyRules.Declare(royalties, said, at));

    public Task<Result<Nothing>> Request(InspectionRequested said) => Do((royalties, at) => RoyaltyRules.Request(royalties, said, at));

    public Task<Result<Nothing>> SetDay(InspectionDaySet said) => Do((royalties, at) => RoyaltyRules.SetDay(royalties, said, at));

    public Task<Result<Nothing>> Report(InspectionFound said) => Do((royalties, at) => RoyaltyRules.Report(royalties, said, at));

    public Task<Result<Nothing>> Accept(ReportAccepted said) => Do((royalties, at) => RoyaltyRules.Accept(royalties, said, at));

    public Task<Result<Nothing>> Dispute(ReportDisputed said) => Do((royalties, at) => RoyaltyRules.Dispute(royalties, said, at));

    public Task<Result<Nothing>> GiveUp(InspectionGivenUp said) => Do((royalties, at) => RoyaltyRules.GiveUp(royalties, said, at));

    public Task<Result<Nothing>> ProposeJudgment(JudgmentProposed said) => Do((royalties, at) => RoyaltyRules.ProposeJudgment(royalties, said, at));

    public Task<Result<Nothing>> ConfirmJudgment(Guid inspection, Guid judgment, Guid by) => Do((royalties, at) => RoyaltyRules.ConfirmJudgment(royalties, inspection, judgment, by, at));

    protected override RoyaltyAgreement Fold(RoyaltyAgreement state, FactLine line) => state.Fold(line);

    protected override FactLine ReadLine(StoredLine line) => RoyaltyLines.Read(line.Bytes, line.Hash);

    protected override IReadOnlyList<SideWrite> SideWrites(RoyaltyAgreement before, RoyaltyAgreement after, IReadOnlyList<NewLine> lines)
    {
        var writes = new List<SideWrite>();
        var royalties = before;
        foreach (var (line, _) in lines)
        {
            var was = royalties;
            royalties = royalties.Fold(line);
            RoyaltyRows.Keep(writes, was, royalties, line);
            writes.AddRange(RoyaltyNotices.Of(was, royalties, line).Select(notifier.Write));
        }

        return writes;
    }

    private async Task<Result<Nothing>> Do(Func<RoyaltyAgreement, DateTimeOffset, Decision<RoyaltyAgreement>> decide)
    {
        var done = await Execute(Now, decide);
        if (!done.Done) DeactivateOnIdle();
        return done.Result.Then(_ => Result<Nothing>.Of(default));
    }
}
