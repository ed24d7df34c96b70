using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Auctions.Sealing;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions.Sealing;

/// <summary>密封报价 from the holders' keys to a record that anybody opens again.</summary>
public class SealedSaleTests : IAsyncLifetime
{
    private const long Start = 100_000_00;
    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Two_bidders_seal_two_of_three_holders_open_and_the_higher_offer_wins()
    {
        var sale = await _market.ScheduleSealed(TimeSpan.FromSeconds(30), Start, lastsSeconds: 12);
        var id = sale.Lot.Id;
        var a = await _market.Join(sale.Lot);
        var b = await _market.Join(sale.Lot);
        Assert.Equal("NotOpenYet", await Refused(await BidderProgram.Send(a.Enterprise.Api, id, "early", Start, Token)));
        await _market.Reaches(id, "open");

        // A share before the end is refused unread; garbage is as good as the right one.
        Assert.Equal("OpeningTooEarly", await Refused(await _market.Bring(sale, 1)));
        Assert.Equal("OpeningTooEarly", await Refused(await sale.Keepers[0].Person.Api.PostAsync($"/api/auctions/{id}/opening/shares", new StringContent("no json", Encoding.UTF8, "application/json"), Token)));

        Assert.Equal("NotInThisStage", await Refused(await a.Enterprise.Api.PostAsJsonAsync($"/api/auctions/{id}/bids", new { bidId = "open", amountFen = Start }, Token)));
        var accepted = await BidderProgram.Send(a.Enterprise.Api, id, "a-1", Start + 23_456_78, Token);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        Assert.Equal("OfferAlreadyMade", await Refused(await BidderProgram.Send(a.Enterprise.Api, id, "a-2", Start + 1, Token)));
        Assert.Equal("BidIdReused", await Refused(await BidderProgram.Send(a.Enterprise.Api, id, "a-1", Start + 1, Token)));
        Assert.Equal("EnvelopeMalformed", await Refused(await b.Enterprise.Api.PostAsJsonAsync($"/api/auctions/{id}/offers", new { bidId = "b", commitment = FactLine.Genesis, envelope = "AAAA" }, Token)));
        Assert.Equal(HttpStatusCode.OK, (await BidderProgram.Send(b.Enterprise.Api, id, "b-1", Start + 34_567_89, Token)).StatusCode);

        await _market.Reaches(id, "opening");
        Assert.Equal("AlreadyEnded", await Refused(await BidderProgram.Send(b.Enterprise.Api, id, "late", Start, Token)));
        await Eventually.Become("the moment after the end to be over", TimeSpan.FromSeconds(10), async () => await _market.Auction(id).MayGiveShare(1) is null);
        Assert.Equal("NotAllowed", await Refused(await _market.Bring(sale, 1, by: a.Enterprise)));
        Assert.Equal("NotAllowed", await Refused(await _market.Bring(sale, 1, by: sale.Keepers[1].Person)));
        Assert.Equal("ShareNotAsCommitted", await Refused(await _market.Bring(sale, 1, sale.Shares[1])));
        Assert.Equal(HttpStatusCode.OK, (await _market.Bring(sale, 2)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _market.Bring(sale, 2)).StatusCode);
        var waiting = await _market.OpeningOf(id);
        Assert.Equal(("opening", 1, 2), (waiting.GetProperty("phase").GetString(), waiting.GetProperty("given").GetInt32(), waiting.GetProperty("offers").GetInt32()));
        Assert.Equal(0, waiting.GetProperty("opened").GetArrayLength());
        Assert.Contains(id, await sale.Keepers[2].Person.Pages.GetStringAsync("/desk/opening-key", Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _market.Bring(sale, 3)).StatusCode);
        await _market.Reaches(id, "closed");

        var file = await _market.CreateClient().GetByteArrayAsync($"/api/auctions/{id}/transcript", Token);
        var check = Transcript.Verify(file);
        Assert.Null(check.Fault);
        var result = check.Replayed!.Result!;
        Assert.Equal((Outcome.Sold, Start + 34_567_89, b.Paddle), (result.Outcome, result.PriceFen, result.Winner));
        Assert.Equal(Convert.ToHexStringLower(sale.Scalar), check.Replayed.Published!.Scalar);
        Assert.Equal(sale.Key, check.Replayed.Terms!.OpeningKey);

        // The announcement's own bytes fix the key, and nothing is left of the shares.
        var bytes = await _market.InDatabase(db => db.Set<AnnouncementRow>().Where(r => r.Auction == id).Select(r => r.Bytes).SingleAsync(Token));
        Assert.Equal(sale.Key.PublicKey, JsonDocument.Parse(bytes).RootElement.GetProperty("terms").GetProperty("openingKey").GetProperty("publicKey").GetString());
        Assert.Equal(0, await _market.InDatabase(db => db.Set<GivenShareRow>().CountAsync(Token)));
        foreach (var page in new[] { $"/auctions/{id}/opening", $"/auctions/{id}/opening?culture=en", $"/auctions/{id}" })
            Assert.Contains("134,567.89", await b.Enterprise.Pages.GetStringAsync(page, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sealed_lot_is_not_announced_without_keys_of_all_three()
    {
        var (id, seller, _) = await _market.OfferLot(Start, write: w => w with { Format = Formats.Sealed });
        var operators = await _market.Operator();
        var notary = await _market.RegisterOrganisation(OrganisationKind.Notary, "湖墅公证处", demo: true);
        await using var scope = _market.Services.CreateAsyncScope();
        var opens = scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow().AddHours(1);
        var sessions = scope.ServiceProvider.GetRequiredService<Sessions>();
        var session = (await sessions.Create(Guid.CreateVersion7(), new SessionWriting("专场", "Session", "区", SessionBrand.HighTechZone, SessionProfile.Demo, opens, opens, Demo: true), Token)).Value;
        var lot = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(id, Token))!;
        Assert.Null((await sessions.Take(session, lot, Token)).Refusal);
        var announcements = scope.ServiceProvider.GetRequiredService<Announcements>();

        async Task<string> Announce(KeyChoice? choice)
        {
            var answer = await announcements.Announce(lot, new AnnouncedTerms(opens, opens, 0, Bearer.Seller, choice), operators.Person, Token);
            return $"{answer.Refusal} {answer.Detail}".Trim();
        }

        KeyKeeper Unregistered(ShareHolder holder) => new(seller, holder, new byte[32], SealedBox.PublicKeyOf([.. Enumerable.Repeat((byte)9, 32)])!);
        string Made(params KeyKeeper[] keepers) => MarketHost.MakeOpeningKey(id, 2, keepers).Made;
        KeyKeeper[] nobody = [Unregistered(ShareHolder.Operator), Unregistered(ShareHolder.Seller), Unregistered(ShareHolder.Notary)];
        Assert.Equal("OpeningKeyMissing", await Announce(null));
        Assert.Equal("OpeningKeyMissing", await Announce(new KeyChoice(2, notary, null)));
        Assert.Equal("OpeningKeyMissing", await Announce(new KeyChoice(2, notary, "{}")));
        Assert.Equal("HolderWithoutKey operator", await Announce(new KeyChoice(2, notary, Made(nobody))));
        var first = await _market.RegisterKeeper(operators.Organisation, ShareHolder.Operator);
        Assert.Equal("HolderWithoutKey seller", await Announce(new KeyChoice(2, notary, Made(nobody))));
        var second = await _market.RegisterKeeper(seller.Organisation, ShareHolder.Seller);
        Assert.Equal("HolderWithoutKey notary", await Announce(new KeyChoice(2, notary, Made(nobody))));
        var third = await _market.RegisterKeeper(notary, ShareHolder.Notary);
        Assert.Equal("HolderWithoutKey notary", await Announce(new KeyChoice(2, seller.Organisation, Made(first, second, third))));
        Assert.Equal("HolderKeyChanged operator", await Announce(new KeyChoice(2, notary, Made(nobody))));
        Assert.Equal("OpeningKeyMissing", await Announce(new KeyChoice(3, notary, Made(first, second, third))));
        Assert.Equal("OpeningKeyMissing", await Announce(new KeyChoice(2, notary, Made(first, third, second))));
        var replaced = await _market.RegisterKeeper(notary, ShareHolder.Notary);
        Assert.Equal("HolderKeyChanged notary", await Announce(new KeyChoice(2, notary, Made(first, second, third))));
        Assert.Equal("", await Announce(new KeyChoice(2, notary, Made(first, second, replaced))));

        // Replaced keys stay listed with who registered them.
        var page = await replaced.Person.Pages.GetStringAsync("/desk/opening-key", Token);
        Assert.Contains(SealingShow.Fingerprint(SealedBox.Fingerprint(third.Point)), page, StringComparison.Ordinal);
        Assert.Contains(SealingShow.Fingerprint(SealedBox.Fingerprint(replaced.Point)), page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_signatories_of_those_who_keep_shares_register_a_key_and_only_a_usable_one()
    {
        var notary = await _market.RegisterOrganisation(OrganisationKind.Notary, demo: true);
        var keeper = await _market.RegisterKeeper(notary, ShareHolder.Notary);
        var owner = await _market.Member(notary, MemberRole.Owner);
        Assert.Equal(HttpStatusCode.Forbidden, (await owner.Pages.GetAsync("/desk/opening-key", Token)).StatusCode);
        var bidder = await _market.Organisation(OrganisationKind.Enterprise, demo: true);
        Assert.Equal(HttpStatusCode.Forbidden, (await bidder.Pages.GetAsync("/desk/opening-key", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _market.Browser().GetAsync("/desk/opening-key", Token)).StatusCode);
        foreach (var bad in new[] { "", "04", new string('0', 130), Convert.ToHexStringLower(keeper.Point)[..^1] + "x", "04" + new string('1', 128) })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await keeper.Person.Pages.Submit("/desk/opening-key", new() { ["publicKey"] = bad })).StatusCode);
        }

        // Another organisation's key is no key of one's own.
        var other = await _market.RegisterKeeper(await _market.RegisterOrganisation(OrganisationKind.Notary, demo: true), ShareHolder.Notary);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await other.Person.Pages.Submit("/desk/opening-key", new() { ["publicKey"] = Convert.ToHexStringLower(keeper.Point) })).StatusCode);
        Assert.Single(await _market.InDatabase(db => db.Set<HolderKeyRow>().Where(k => k.Organisation == notary).ToListAsync(Token)));
    }

    private static async Task<string> Refused(HttpResponseMessage answer)
    {
        Assert.False(answer.IsSuccessStatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("code").GetString()!;
    }
}
