using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments.Royalties;

/// <summary>提成: what the other capabilities and the pages say of the royalties of a deal. Every call may be repeated with the same id.</summary>
/// <remarks>It decides nothing. Who may call is the caller's to check.</remarks>
public sealed class RoyaltyAgreements(IGrainFactory grains, IMarketplaceDbFactory databases, IFactStore facts)
{
    /// <summary>Both have signed terms with royalties. Call it as often as needed; the same command changes nothing.</summary>
    public Task<Result<Nothing>> Begin(BeginRoyalties command) =>
        string.IsNullOrEmpty(command.Deal) ? Task.FromResult<Result<Nothing>>(Refusal.MalformedRequest) : Grain(command.Deal).Begin(command);

    /// <summary>The sale no longer stands: nothing more is declared. Call it as often as needed; without royalties there is nothing to end.</summary>
    public async Task<Result<Nothing>> End(string deal, string because, CancellationToken cancellation = default) =>
        await FindRow(deal, cancellation) is null ? default(Nothing) : await Grain(deal).End(because);

    public Task<Result<Nothing>> Declare(string deal, PeriodDeclared said) => On(deal, royalties => royalties.Declare(said));

    public Task<Result<Nothing>> Request(string deal, InspectionRequested said) => On(deal, royalties => royalties.Request(said));

    public Task<Result<Nothing>> SetDay(string deal, InspectionDaySet said) => On(deal, royalties => royalties.SetDay(said));

    public Task<Result<Nothing>> Report(string deal, InspectionFound said) => On(deal, royalties => royalties.Report(said));

    public Task<Result<Nothing>> Accept(string deal, ReportAccepted said) => On(deal, royalties => royalties.Accept(said));

    public Task<Result<Nothing>> Dispute(string deal, ReportDisputed said) => On(deal, royalties => royalties.Dispute(said));

    public Task<Result<Nothing>> GiveUp(string deal, InspectionGivenUp said) => On(deal, royalties => royalties.GiveUp(said));

    public Task<Result<Nothing>> ProposeJudgment(string deal, JudgmentProposed said) => On(deal, royalties => royalties.ProposeJudgment(said));

    public Task<Result<Nothing>> ConfirmJudgment(string deal, Guid inspection, Guid judgment, Guid by) => On(deal, royalties => royalties.ConfirmJudgment(inspection, judgment, by));

    /// <summary>That a deal has royalties; null when it has none.</summary>
    public async Task<RoyaltyRow?> FindRow(string deal, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        return await db.Set<RoyaltyRow>().AsNoTracking().SingleOrDefaultAsync(r => r.Deal == deal, cancellation);
    }

    /// <summary>The royalties of a deal from all their lines, and the hash of the last one; null when it has none.</summary>
    public async Task<FoundRoyalties?> Find(string deal, CancellationToken cancellation = default)
    {
        if (await FindRow(deal, cancellation) is null) return null;
        var (royalties, head) = (RoyaltyAgreement.Nothing, "");
        await foreach (var line in facts.Read(RoyaltyGrain.StreamOf(deal), cancellation: cancellation))
        {
            royalties = royalties.Fold(RoyaltyLines.Read(line.Bytes, line.Hash));
            head = line.Hash;
        }

        return royalties.Begun is null ? null : new FoundRoyalties(royalties, head);
    }

    private IRoyaltyGrain Grain(string deal) => grains.GetGrain<IRoyaltyGrain>(deal);

    private async Task<Result<Nothing>> On(string deal, Func<IRoyaltyGrain, Task<Result<Nothing>>> act) =>
        // Royalties that nobody began get no stream and no activation.
        await FindRow(deal) is null ? Refusal.UnknownDeal : await act(Grain(deal));
}

/// <summary>The royalties of a deal as their lines say, and the hash of the last line.</summary>
public sealed record FoundRoyalties(RoyaltyAgreement Royalties, string Head)
{
    public BeginRoyalties Terms => Royalties.Begun!;

    public RoyaltyAccount Account => Royalties.Account!;
}
