using System.Net;
using System.Text.RegularExpressions;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Auctions;

/// <summary>What the pages say of a format: the seller's form without script, the public rules, the lists and the room.</summary>
public sealed partial class FormatPageTests(MarketHost market) : IClassFixture<MarketHost>
{
    private const long Start = 100_000_00;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_form_shows_the_fields_of_the_chosen_format_and_keeps_what_was_typed()
    {
        var (id, seller, _) = await market.OfferLot(Start);
        var address = $"/desk/lots/{id}";
        var rising = await seller.Pages.GetStringAsync(address, Token);
        var choices = Choices().Match(rising).Value;
        Assert.All(FormatRules.All, f => Assert.Equal(Lots.OfferedFormats.Contains(f), choices.Contains($"value=\"{f}\"", StringComparison.Ordinal)));
        Assert.Matches(Hidden("dutch hybrid-dutch"), rising);

        // Another choice shows other fields, and saves nothing.
        var chosen = await Post(seller, address, rising, ("Input.Format", "dutch"), ("Input.Floor", "73,500"), ("choose", "true"));
        Assert.Equal(HttpStatusCode.OK, chosen.Status);
        Assert.DoesNotMatch(Hidden("dutch hybrid-dutch"), chosen.Page);
        Assert.Contains("value=\"73,500\"", chosen.Page, StringComparison.Ordinal);
        Assert.Contains("全程", chosen.Page, StringComparison.Ordinal);
        Assert.Equal(Formats.English, (await Row(id)).Format);

        // What is wrong stands beside its field; what is right is saved.
        var wrong = await Post(seller, address, chosen.Page, ("Input.Format", "dutch"), ("Input.Floor", "100000"));
        Assert.Contains("底价须低于起拍价", wrong.Page, StringComparison.Ordinal);
        Assert.Matches("id=\"floor\"[^>]*aria-invalid=\"true\"", wrong.Page);
        var saved = await Post(seller, address, wrong.Page, ("Input.Format", "dutch"), ("Input.Floor", "80000"), ("Input.Fall", "0.25"), ("Input.Interval", "60"));
        Assert.Equal(HttpStatusCode.Redirect, saved.Status);
        var lot = await Row(id);
        Assert.Equal((Formats.Dutch, 80_000_00L, 25, 60), (lot.Format, lot.FloorFen, lot.FallBasisPoints, lot.FallIntervalSeconds));

        var sealedUnready = await Post(seller, address, await seller.Pages.GetStringAsync(address, Token), ("Input.Format", "no-such-format"));
        Assert.Contains("目前不能选用", sealedUnready.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_format_has_its_rules_in_both_languages_and_names_only_known_refusals()
    {
        using var visitor = market.Browser();
        foreach (var format in FormatRules.All)
        {
            var version = Formats.RulesOf(format)!;
            foreach (var culture in (string[])["zh-CN", "en"])
            {
                var page = WebUtility.HtmlDecode(await visitor.GetStringAsync($"/auctions/rules/{format}?culture={culture}", Token));
                Assert.Contains(version, page, StringComparison.Ordinal);
                Assert.Contains(FormatRules.Sha256(version)!, page, StringComparison.Ordinal);
                Assert.Contains("AlreadyEnded", page, StringComparison.Ordinal);
            }

            var original = await visitor.GetByteArrayAsync($"/auctions/rules/{format}?handler=Original", Token);
            Assert.Equal(FormatRules.Sha256(version), Announcement.HashOf(original));
        }

        Assert.Contains("/auctions/rules/dutch", await visitor.GetStringAsync("/auctions/rules", Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/auctions/rules/unknown", Token)).StatusCode);
    }

    [Fact]
    public async Task A_falling_lot_says_so_wherever_it_is_shown_and_is_accepted_without_script_only_when_confirmed()
    {
        var lot = await market.ScheduleAuction(TimeSpan.FromSeconds(25), Start, write: w => w with { Format = Formats.Dutch, Path = new PricePath(100, null, 30, Start / 2), Payment = InParts }, title: "声学超材料隔声板");
        var bidder = await market.Join(lot);
        using var visitor = market.Browser();
        var notice = await visitor.GetStringAsync($"/auctions/{lot.Id}/notice", Token);
        Assert.Contains("/auctions/rules/dutch", notice, StringComparison.Ordinal);
        Assert.Contains("50,000", notice, StringComparison.Ordinal);
        Assert.Contains(FormatRules.Sha256("zjp-dutch.1")!, await visitor.GetStringAsync($"/auctions/{lot.Id}/announcement", Token), StringComparison.Ordinal);
        // The lists read the row, which the line of the opening writes.
        await Eventually.Become("open", TimeSpan.FromSeconds(60), async () => (await Row(lot.Id)).Phase == "open");
        foreach (var page in (string[])["/auctions", "/", $"/sessions/{lot.Session}", $"/auctions/{lot.Id}"])
            Assert.Contains("降价", await visitor.GetStringAsync(page, Token), StringComparison.Ordinal);

        var address = $"/auctions/{lot.Id}";
        var room = await bidder.Enterprise.Pages.GetStringAsync(address, Token);
        Assert.Contains("data-r=\"accept\"", room, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"max\"", room, StringComparison.Ordinal);
        var asked = await Post(bidder.Enterprise, address + "?handler=Bid", room, ("amount", "100,000"));
        Assert.Contains("壹拾万元整", asked.Page, StringComparison.Ordinal);
        Assert.Null((await market.Auction(lot.Id).Look()).PriceFen);
        await Post(bidder.Enterprise, address + "?handler=Bid", asked.Page, ("amount", "100,000"), ("sure", "true"));
        var taken = await market.Auction(lot.Id).Look();
        Assert.Equal((bidder.Paddle, true), (taken.PriceTaker, taken.PriceFen <= Start));
        await Eventually.Become("closed", TimeSpan.FromSeconds(30), async () => (await market.Auction(lot.Id).Look()).Phase == "closed");
        Assert.Contains("成交价", await visitor.GetStringAsync(address, Token), StringComparison.Ordinal);
        var deal = await Eventually.Get("the deal", TimeSpan.FromSeconds(30), () => market.Deals.Find(lot.Id, Token));
        Assert.Equal(InParts, deal.Opened!.Plan);
    }

    private Task<Lot> Row(string id) => market.InDatabase(db => db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Id == id, Token));

    /// <summary>Sends the form of a page as a browser does, with some fields changed.</summary>
    private static async Task<(HttpStatusCode Status, string Page)> Post(Somebody person, string address, string page, params (string Name, string Value)[] changes)
    {
        var fields = new Dictionary<string, string>();
        var form = address.Contains("handler", StringComparison.Ordinal) ? "" : Terms().Match(page).Value;
        foreach (Match field in Fields().Matches(form))
        {
            var tag = field.Value;
            if (tag.Contains("type=\"checkbox\"", StringComparison.Ordinal) || (tag.Contains("type=\"radio\"", StringComparison.Ordinal) && !tag.Contains("checked", StringComparison.Ordinal))) continue;
            fields[Name().Match(tag).Groups[1].Value] = WebUtility.HtmlDecode(Value().Match(tag).Groups[1].Value);
        }

        foreach (Match area in Areas().Matches(form)) fields[area.Groups[1].Value] = WebUtility.HtmlDecode(area.Groups[2].Value);
        foreach (Match select in Selects().Matches(form)) fields[select.Groups[1].Value] = select.Groups[2].Value;
        foreach (var (name, value) in changes) fields[name] = value;
        fields["__RequestVerificationToken"] = Antiforgery().Match(page).Groups[1].Value;
        var answer = await person.Pages.PostAsync(address, new FormUrlEncodedContent(fields), Token);
        return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Token)));
    }

    private static Regex Hidden(string formats) => new($"<div class=\"pair\" data-for=\"{formats}\" hidden", RegexOptions.CultureInvariant);

    [GeneratedRegex("<fieldset class=\"field formats-choice\">.*?</fieldset>", RegexOptions.Singleline)]
    private static partial Regex Choices();

    [GeneratedRegex("<form[^>]*id=\"terms\".*?</form>", RegexOptions.Singleline)]
    private static partial Regex Terms();

    [GeneratedRegex("<input [^>]*name=\"Input[^>]*>")]
    private static partial Regex Fields();

    [GeneratedRegex("name=\"([^\"]+)\"")]
    private static partial Regex Name();

    [GeneratedRegex("value=\"([^\"]*)\"")]
    private static partial Regex Value();

    [GeneratedRegex("<textarea [^>]*name=\"([^\"]+)\"[^>]*>(.*?)</textarea>", RegexOptions.Singleline)]
    private static partial Regex Areas();

    [GeneratedRegex("<select [^>]*name=\"([^\"]+)\".*?<option value=\"([^\"]+)\"[^>]*selected", RegexOptions.Singleline)]
    private static partial Regex Selects();

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex Antiforgery();
}
