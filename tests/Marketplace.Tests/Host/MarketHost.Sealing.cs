using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Auctions.Sealing;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

/// <summary>A signatory with the private half of its organisation's key.</summary>
public sealed record KeyKeeper(Somebody Person, ShareHolder Holder, byte[] Scalar, byte[] Point);

/// <summary>An announced lot with sealed offers, and what nobody but the test has: the private half and the shares.</summary>
public sealed record SealedSale(ScheduledLot Lot, IReadOnlyList<KeyKeeper> Keepers, OpeningKey Key, byte[] Scalar, byte[][] Shares);

/// <summary>Sealed offers: keepers with keys, announced lots, offers and shares as browsers and programs send them.</summary>
public partial class MarketHost
{
    /// <summary>A signatory registers a key on the desk, as its browser does.</summary>
    public async Task<KeyKeeper> RegisterKeeper(Guid organisation, ShareHolder holder)
    {
        var person = await ShowsSecondFactor(await Member(organisation, MemberRole.Signatory));
        var scalar = RandomNumberGenerator.GetBytes(32);
        var point = SealedBox.PublicKeyOf(scalar)!;
        var answer = await person.Pages.Submit("/desk/opening-key", new() { ["publicKey"] = Convert.ToHexStringLower(point) });
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return new KeyKeeper(person, holder, scalar, point);
    }

    /// <summary>What the announcing person's browser makes: a key cut for its holders.</summary>
    public static (string Made, OpeningKey Key, byte[] Scalar, byte[][] Shares) MakeOpeningKey(string auction, int needed, IReadOnlyList<KeyKeeper> keepers)
    {
        var scalar = RandomNumberGenerator.GetBytes(32);
        var shares = Shamir.Split(scalar, needed, keepers.Count, RandomNumberGenerator.GetBytes(32 * (needed - 1)));
        var key = new OpeningKey(
            Convert.ToHexStringLower(SealedBox.PublicKeyOf(scalar)!), needed,
            [.. keepers.Zip(shares, (k, s) => new HeldShare(k.Holder, SealedBox.Fingerprint(k.Point), KeyShare.Commitment(auction, s)))]);
        var made = JsonSerializer.Serialize(new
        {
            publicKey = key.PublicKey,
            needed,
            shares = key.Shares.Select((s, i) => new
            {
                holder = KeyShare.Word(s.Holder),
                holderKey = s.HolderKey,
                commitment = s.Commitment,
                box = Convert.ToBase64String(KeyShare.Seal(keepers[i].Point, RandomNumberGenerator.GetBytes(32), auction, shares[i])),
            }),
        });
        return (made, key, scalar, shares);
    }

    /// <summary>A lot in a sealed format, announced with a key that operator, seller and a notary office keep.</summary>
    public async Task<SealedSale> ScheduleSealed(TimeSpan? opensIn = null, long startFen = 100_000_00, int lastsSeconds = 6, Func<LotWriting, LotWriting>? write = null, int needed = 2)
    {
        var (id, seller, achievement) = await OfferLot(startFen, lastsSeconds: lastsSeconds, write: w => (write ?? (x => x))(w with { Format = Formats.Sealed }));
        var operators = await Operator();
        var notary = await RegisterOrganisation(OrganisationKind.Notary, "钱塘公证处", demo: true);
        KeyKeeper[] keepers =
            [await RegisterKeeper(operators.Organisation, ShareHolder.Operator), await RegisterKeeper(seller.Organisation, ShareHolder.Seller), await RegisterKeeper(notary, ShareHolder.Notary)];
        var (made, key, scalar, shares) = MakeOpeningKey(id, needed, keepers);
        await using var scope = Services.CreateAsyncScope();
        var opens = Services.GetRequiredService<TimeProvider>().GetUtcNow() + (opensIn ?? TimeSpan.FromHours(1));
        var sessions = scope.ServiceProvider.GetRequiredService<Sessions>();
        var session = (await sessions.Create(
            Guid.CreateVersion7(), new SessionWriting("高新区拍 · 密封专场", "High-tech Zone Auction · sealed", "测试区", SessionBrand.HighTechZone, SessionProfile.Demo, opens, opens, Demo: true), Now)).Value;
        var lot = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(id, Now))!;
        Assert.Null((await sessions.Take(session, lot, Now)).Refusal);
        var terms = new AnnouncedTerms(opens, opens, 0, Bearer.Seller, new KeyChoice(needed, notary, made));
        var announced = await scope.ServiceProvider.GetRequiredService<Announcements>().Announce(lot, terms, operators.Person, Now);
        Assert.True(announced.Done, $"{announced.Refusal} {announced.Detail}");
        return new SealedSale(new ScheduledLot(id, lot.Title, seller, operators, session.Id, achievement, opens), keepers, key, scalar, shares);
    }

    public async Task<JsonElement> OpeningOf(string auction) => await CreateClient().GetFromJsonAsync<JsonElement>($"/api/auctions/{auction}/opening", Now);

    public Task<HttpResponseMessage> Bring(SealedSale sale, int number, byte[]? share = null, Somebody? by = null) =>
        (by ?? sale.Keepers[number - 1].Person).Api.PostAsJsonAsync(
            $"/api/auctions/{sale.Lot.Id}/opening/shares", new { number, share = Convert.ToBase64String(share ?? sale.Shares[number - 1]) }, Now);

    public Task Reaches(string auction, string phase, int seconds = 60) => Eventually.Become(
        $"{auction} is {phase}", TimeSpan.FromSeconds(seconds), async () => (await Auction(auction).Look()).Phase == phase);
}
