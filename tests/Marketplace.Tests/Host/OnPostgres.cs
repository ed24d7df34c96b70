using Marketplace.Tests.Host;

namespace Marketplace.Tests.OnPostgres;

// The roads from the sign-up to the deal once more on PostgreSQL. All the others too: MARKETPLACE_TESTS_DATABASE=postgres.

[OnPostgres]
public sealed class OrganisationsOnPostgres : Organisations.OrganisationTests;

[OnPostgres]
public sealed class AchievementPagesOnPostgres : Achievements.AchievementPagesTests;

[OnPostgres]
public sealed class ImportOnPostgres : Achievements.ImportTests;

[OnPostgres]
public sealed class DemandsOnPostgres : Demands.DemandGrainTests;

[OnPostgres]
public sealed class DemandPagesOnPostgres : Demands.DemandPagesTests;

[OnPostgres]
public sealed class RevealOnPostgres : Demands.RevealTests;

[OnPostgres]
public sealed class ServicesOnPostgres : Tests.Services.ServiceGrainTests;

[OnPostgres]
public sealed class ServicePagesOnPostgres : Tests.Services.ServicePagesTests;

[OnPostgres]
public sealed class KindsOnPostgres : Search.KindTests;

[OnPostgres]
public sealed class DepositsOnPostgres : Payments.DepositAccountTests;

[OnPostgres]
public sealed class PaymentPagesOnPostgres : Payments.BlindnessTests;

[OnPostgres]
public sealed class DealsOnPostgres : Deals.DealTests;

[OnPostgres]
public sealed class BeforeBiddingOnPostgres : Auctions.BeforeBiddingTests;

[OnPostgres]
public sealed class BidsOnPostgres(MarketHost host) : Auctions.BidEndpointTests(host);

[OnPostgres]
public sealed class FormatsOnPostgres : Auctions.FormatTests;

[OnPostgres]
public sealed class OpeningHoldsOnPostgres : Auctions.OpeningHoldTests;

[OnPostgres]
public sealed class SharedDepositsOnPostgres : Auctions.SharedDepositTests;

[OnPostgres]
public sealed class SettlingOnPostgres : Auctions.SettlingTests;

[OnPostgres]
public sealed class SealedSalesOnPostgres : Auctions.Sealing.SealedSaleTests;

[OnPostgres]
public sealed class SealedLeaksOnPostgres : Auctions.Sealing.SealedLeakTests;

[OnPostgres]
public sealed class PriorityOnPostgres : Auctions.PriorityTests;

[OnPostgres]
public sealed class QuestionsOnPostgres : Auctions.QuestionTests;

[OnPostgres]
public sealed class DossiersOnPostgres : Auctions.DossierTests;

[OnPostgres]
public sealed class ArchiveOnPostgres : Auctions.ArchiveTests;

[OnPostgres]
public sealed class TroubleOnPostgres : Auctions.TroubleTests;

[OnPostgres]
public sealed class LinkedOnPostgres : Auctions.LinkedTests;

[OnPostgres]
public sealed class RehearsalsOnPostgres : Auctions.RehearsalTests;

[OnPostgres]
public sealed class SlotsOnPostgres : Auctions.SlotTests;

[OnPostgres]
public sealed class InboxOnPostgres : Notifications.InboxTests;

[OnPostgres]
public sealed class SendersOnPostgres : Notifications.SenderTests;

[OnPostgres]
public sealed class MandatesOnPostgres : Organisations.MandateTests;

[OnPostgres]
public sealed class IntroductionsOnPostgres : Matching.IntroductionTests;

[OnPostgres]
public sealed class SwitchOnPostgres(MarketHost shared) : IClassFixture<MarketHost>
{
    [Fact]
    public async Task It_is_PostgreSQL_that_answers_here()
    {
        await using var own = new MarketHost();
        foreach (var host in new[] { own, shared })
        {
            await using var db = host.Database();
            Assert.Equal("Npgsql.EntityFrameworkCore.PostgreSQL", db.Database.ProviderName);
        }
    }
}
