using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

/// <summary>Auctions whose announcement and admission are taken for granted, for tests of what comes after.</summary>
public partial class MarketHost
{
    /// <summary>An announced auction: start 2,000,000 yuan, steps of 20,000, soft close of a minute.</summary>
    public async Task<string> AnnouncedAuction(string title = "耐高温压力传感器", TimeSpan? opensIn = null)
    {
        var clock = Services.GetRequiredService<TimeProvider>();
        var id = $"t-{Guid.CreateVersion7():N}";
        var seller = await RegisterOrganisation(Domain.Organisations.OrganisationKind.University, "钱江理工大学");
        var opens = Instant.Cut(clock.GetUtcNow() + (opensIn ?? TimeSpan.FromHours(1)));
        await InDatabase(db =>
        {
            db.Add(new Lot
            {
                Id = id,
                Achievement = Guid.CreateVersion7(),
                Seller = seller,
                State = LotState.Announced,
                Title = title,
                Summary = title,
                SellerName = "钱江理工大学",
                StartPriceFen = 200_000_000,
                Steps = "0:2000000",
                DepositFen = 20_000_000,
                SoftCloseSeconds = 60,
                OpensAt = opens,
                ApplyUntil = opens,
                AnnouncedAt = clock.GetUtcNow(),
            });
            return db.SaveChangesAsync();
        });
        var terms = new Terms
        {
            Auction = id,
            StartPriceFen = 200_000_000,
            Steps = [new Step(0, 2_000_000)],
            OpensAt = opens,
            EndsAt = opens + TimeSpan.FromHours(1),
            SoftCloseSeconds = 60,
            DepositFen = 20_000_000,
        };
        Assert.True((await Auction(id).FixTerms(terms, null)).Done);
        return id;
    }

    /// <summary>An auction that takes bids.</summary>
    public async Task<string> OpenAuction(string title = "耐高温压力传感器")
    {
        var id = await AnnouncedAuction(title, TimeSpan.FromSeconds(5));
        await Eventually.Become($"{id} is open", TimeSpan.FromSeconds(20), async () => (await Auction(id).Look()).Phase == "open");
        return id;
    }

    /// <summary>Gives an organisation a paddle, as a finished application does.</summary>
    public async Task Admitted(string auction, Guid organisation, int paddle)
    {
        await InDatabase(db =>
        {
            db.Add(new PaddleRow
            {
                Auction = auction,
                Paddle = paddle,
                Organisation = organisation,
                Application = Guid.CreateVersion7(),
                Hold = Guid.CreateVersion7(),
                DrawnAt = Services.GetRequiredService<TimeProvider>().GetUtcNow(),
            });
            return db.SaveChangesAsync();
        });
        Assert.True((await Auction(auction).Admit(paddle, null)).Done);
    }
}
