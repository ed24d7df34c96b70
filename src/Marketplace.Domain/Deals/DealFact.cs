using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Domain.Deals;

/// <summary>A fact of a deal: the record between two parties, visible to them.</summary>
public abstract record DealFact : Fact;

/// <summary>The first line: who sold what to whom, for how much, under which text.</summary>
public sealed record DealOpened(OpenDeal Command) : DealFact
{
    public override string Type => "deal-opened";
    public override string CommandKey => "opened";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("auction", Command.Auction);
        json.WriteString("seller", Command.Seller);
        json.WriteString("buyer", Command.Buyer);
        json.WriteString("title", Command.Title);
        json.WriteNumber("priceFen", Command.PriceFen);
        if (Command.Hold is { } hold) json.WriteString("hold", hold); else json.WriteNull("hold");
        json.WriteNumber("depositFen", Command.DepositFen);
        json.WriteString("concludedAt", Instant.Write(Command.ConcludedAt));
        json.WriteString("contractSha256", Command.ContractSha256);
        json.WriteBoolean("transfersPatent", Command.TransfersPatent);
        json.WriteBoolean("demo", Command.Demo);
        // Written only where it is said: the bytes of the others stay as they were.
        if (Command.InterestOf is { } interest) json.WriteString("interestOf", interest);
        if (Command.Listed) json.WriteBoolean("listed", true);
        if (Command.BuyerFeeBp > 0) json.WriteNumber("buyerFeeBp", Command.BuyerFeeBp);
        if (Command.SellerFeeBp > 0) json.WriteNumber("sellerFeeBp", Command.SellerFeeBp);
        if (Command.Plan is { } plan) AnnouncedPlanJson.Write(json, "plan", plan);
    }
}

/// <summary>A party has done its part of a step; once for each party and step.</summary>
public sealed record StepDone(Step Step, Party Party, Guid Person, string FileSha256, string FileName) : DealFact
{
    public override string Type => "step-done";
    public override string CommandKey => $"step/{Steps.NameOf(Step)}/{Steps.NameOf(Party)}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("step", Steps.NameOf(Step));
        json.WriteString("party", Steps.NameOf(Party));
        json.WriteString("person", Person);
        json.WriteString("fileSha256", FileSha256);
        json.WriteString("fileName", FileName);
    }
}

/// <summary>到账: the first payment is with the custodian, of a price that is paid at once the whole. It stands in the place of the buyer's own word.</summary>
/// <param name="AmountFen">What was received of the price by then.</param>
public sealed record PriceReceived(long AmountFen) : DealFact
{
    public override string Type => "price-received";
    public override string CommandKey => $"step/{Steps.NameOf(Step.Pay)}/{Steps.NameOf(Party.Buyer)}";

    public override void WriteFields(Utf8JsonWriter json) => json.WriteNumber("amountFen", AmountFen);
}

/// <summary>The sale under the deal no longer stands; nothing more is done in it.</summary>
/// <param name="Because">How the auction says it: void, defaulted, refused.</param>
public sealed record DealEnded(string Because) : DealFact
{
    public override string Type => "deal-ended";
    public override string CommandKey => "ended";

    public override void WriteFields(Utf8JsonWriter json) => json.WriteString("because", Because);
}

/// <summary>Reads stored lines of a deal back into facts. What is not known is a fault, never skipped.</summary>
public static class DealLines
{
    /// <param name="hash">The hash stored beside the line, when the reader trusts it; otherwise it is taken of the bytes.</param>
    /// <exception cref="FormatException">The line is not one that this market ever wrote.</exception>
    public static FactLine Read(byte[] bytes, string? hash = null)
    {
        using var document = JsonDocument.Parse(bytes);
        var json = document.RootElement;
        var header = LineHeader.Read(json);
        DealFact fact = header.Type switch
        {
            "deal-opened" => new DealOpened(new OpenDeal(
                Word(json, "auction"), json.GetProperty("seller").GetGuid(), json.GetProperty("buyer").GetGuid(), Word(json, "title"),
                json.GetProperty("priceFen").GetInt64(), ReadMoment(json, "concludedAt"), Word(json, "contractSha256"), json.GetProperty("demo").GetBoolean(),
                json.GetProperty("hold") is { ValueKind: JsonValueKind.String } hold ? hold.GetGuid() : null, json.GetProperty("depositFen").GetInt64(), json.GetProperty("transfersPatent").GetBoolean(),
                json.TryGetProperty("interestOf", out var interest) ? interest.GetString() : null,
                json.TryGetProperty("listed", out _),
                json.TryGetProperty("buyerFeeBp", out var buyerFee) ? buyerFee.GetInt32() : 0, json.TryGetProperty("sellerFeeBp", out var sellerFee) ? sellerFee.GetInt32() : 0,
                json.TryGetProperty("plan", out var plan) ? AnnouncedPlanJson.Read(plan) : null)),
            "step-done" => new StepDone(
                Steps.Read(Word(json, "step")) ?? throw new FormatException("A step nobody knows."), Steps.ReadParty(Word(json, "party")),
                json.GetProperty("person").GetGuid(), Word(json, "fileSha256"), Word(json, "fileName")),
            "price-received" => new PriceReceived(json.GetProperty("amountFen").GetInt64()),
            "deal-ended" => new DealEnded(Word(json, "because")),
            var other => throw new FormatException($"A fact nobody knows: {other}"),
        };
        return header.LineOf(fact, bytes, hash);
    }

    private static string Word(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new FormatException(name);

    private static DateTimeOffset ReadMoment(JsonElement json, string name) =>
        Instant.TryRead(Word(json, name), out var moment) ? moment : throw new FormatException(name);
}
