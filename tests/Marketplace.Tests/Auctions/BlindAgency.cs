using System.Net;
using Marketplace.Auctions;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Matching;
using Marketplace.Organisations.Mandates;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions;

/// <summary>
/// An agency between a bidder and the lot it bids for: it claims, while bids run, that it brought the demand of one who is beaten later to the
/// work under the hammer, and is that bidder's agent on it. It knows both; before the close nobody else may learn from it that they have to do with each other.
/// </summary>
public sealed class BlindAgency(BlindMarket market)
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    public Somebody Agent { get; private set; } = null!;
    public Guid Demand { get; private set; }
    public Guid Mandate { get; private set; }
    public Guid Introduction { get; private set; }
    public Guid Broker { get; private set; }

    public async Task Build(BlindSale sale)
    {
        var (buyer, lot) = (sale.Hiding, sale.Second);
        Agent = await market.Signer(OrganisationKind.Agency, "剡溪技术转移", "令狐行远");
        Demand = await market.PublishedDemand(buyer.Id);
        Mandate = await market.SignedMandate(Agent, buyer.Owner, market.YearOf(MandateSide.Demand));
        await market.SignedMandate(Agent, await market.Member(sale.First.Seller.Organisation, MemberRole.Signatory), market.YearOf(MandateSide.Supply));
        var pair = market.Services.GetRequiredService<IGrainFactory>().GetGrain<IPairGrain>(PairGrain.KeyOf(Demand, lot.Achievement));
        Introduction = (await pair.Claim(new(Guid.CreateVersion7(), Agent.Person), new NewClaim(Agent.Organisation, buyer.Id, Needs.Complete(Domain.Demands.DemandKind.Problem, market.MarketTime).Title))).Value;
        // Named while the papers were open, as its own test does by the page; here they are decided already.
        var application = sale.Applications.Single(a => a.Auction == lot.Id && a.Organisation == buyer.Id).Id;
        await market.InDatabase(async db =>
        {
            db.Add(new BuyerAgencyRow { Auction = lot.Id, Agency = Agent.Organisation, Application = application, NamedAt = market.MarketTime, NamedBy = buyer.Owner.Person });
            return await db.SaveChangesAsync(Stop);
        });

        Dictionary<string, string> entry = new() { ["Person"] = $"{Agent.Person}", ["Grade"] = nameof(BrokerGrade.Senior), ["Certificate"] = "ZJ-2026-0004", ["ValidUntil"] = "2099-01-01", ["Specialities"] = "" };
        Assert.Equal(HttpStatusCode.Redirect, (await Agent.Pages.Submit("/desk/brokers", entry)).StatusCode);
        Broker = await market.InDatabase(db => db.Set<BrokerRow>().Select(b => b.Id).SingleAsync(Stop));
        Assert.Equal(HttpStatusCode.Redirect, (await sale.First.Operator.Pages.Submit("/desk/brokers/review", new() { ["Id"] = $"{Broker}", ["seen"] = "1", ["decision"] = "confirm" })).StatusCode);
    }
}
