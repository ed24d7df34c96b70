using System.Xml.Linq;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>One Ntry of a camt.053: a line, or the lines of a batch; what cannot be read is added to the faults.</summary>
internal sealed class CamtEntry(XElement entry, int number, List<StatementFault> faults)
{
    /// <summary>Null after a fault. Pending (PDNG), future and merely informing entries are not booked.</summary>
    public bool? IsBooked()
    {
        switch (entry.Text("Sts", "Cd") ?? entry.Text("Sts"))
        {
            case "BOOK": return true;
            case "PDNG" or "INFO" or "FUTR": return false;
            case null: Fault("Sts", Refusal.Required); return null;
            case var unknown: Fault("Sts", Refusal.UnknownWord, unknown); return null;
        }
    }

    /// <summary>Nothing after a fault.</summary>
    public IEnumerable<StatementLine> Read()
    {
        var before = faults.Count;
        if (entry.Descendants().Any(e => !e.HasElements && e.Value.Length > BankText.Longest)) Fault("", Refusal.TooLong);
        if (Currency(entry.Down("Amt")) is var currency && currency != BankStatement.Yuan) Fault("Amt", Refusal.CurrencyNotYuan, currency);
        if (!TryAmount(entry.Down("Amt"), out var fen)) Fault("Amt", Refusal.NumberInvalid, entry.Text("Amt"));
        else if (!Fen.IsAmount(fen)) Fault("Amt", Refusal.AmountOutOfRange);
        if (entry.Text("CdtDbtInd") is not ("CRDT" or "DBIT")) Fault("CdtDbtInd", Refusal.CreditOrDebitUnclear, entry.Text("CdtDbtInd"));
        if (entry.Text("RvslInd") is not (null or "true" or "false" or "1" or "0")) Fault("RvslInd", Refusal.UnknownWord, entry.Text("RvslInd"));
        var time = Time();
        var parts = entry.All("NtryDtls").SelectMany(d => d.All("TxDtls")).ToList();
        // NtryRef may only count the entries of this statement: "1" of two statements would be one payment, and the second lost.
        var reference = StatementChecks.Reference(entry.Text("AcctSvcrRef") ?? (parts.Count == 1 ? parts[0].Text("Refs", "AcctSvcrRef") : null));
        if (!reference.Done) Fault("AcctSvcrRef", reference.Refusal.Value, reference.Detail);
        if (faults.Count > before || time is not { } booked) return [];

        var whole = new StatementLine(
            number, reference.Value, fen, entry.Text("CdtDbtInd") == "CRDT" ? Direction.Credit : Direction.Debit, booked.At, booked.Given,
            null, null, null, entry.Text("RvslInd") is "true" or "1");
        return Split(whole, parts) ?? [With(whole, parts)];
    }

    /// <summary>Digits and a point, as XML writes decimals; no grouping, no exponent.</summary>
    public static bool TryAmount(XElement? amount, out long fen)
    {
        fen = 0;
        return amount.Text() is { Length: <= 32 } text && text.All(c => char.IsAsciiDigit(c) || c == '.') && BankText.TryAmount(text, out fen, out _);
    }

    private static string Currency(XElement? amount) => amount?.Attribute("Ccy")?.Value ?? "";

    /// <summary>The payments of a batch, when they sum exactly to the entry and go its way; null keeps it whole.</summary>
    /// <remarks>A part without a number of its own is known by the entry's and its place in it, the same in every file.</remarks>
    private List<StatementLine>? Split(StatementLine whole, List<XElement> parts)
    {
        if (parts.Count < 2) return null;
        var amounts = new List<long>();
        foreach (var part in parts)
        {
            var amount = part.Down("Amt") ?? part.Down("AmtDtls", "TxAmt", "Amt");
            if (Currency(amount) != BankStatement.Yuan || !TryAmount(amount, out var fen) || !Fen.IsAmount(fen)) return null;
            if (part.Text("CdtDbtInd") is { } side && side != entry.Text("CdtDbtInd")) return null;
            amounts.Add(fen);
        }

        if (amounts.Aggregate((Int128)0, (sum, fen) => sum + fen) != whole.AmountFen) return null;
        var own = parts.Select(p => StatementChecks.Reference(p.Text("Refs", "AcctSvcrRef"))).ToList();
        var named = own.All(r => r.Done) && own.Select(r => r.Value).Distinct(StringComparer.Ordinal).Count() == own.Count;
        var references = own.Select((r, i) => named ? r : StatementChecks.Reference($"{whole.BankReference}/{i + 1}")).ToList();
        return references.Any(r => !r.Done) ? null
            : [.. parts.Select((part, i) => With(whole with { BankReference = references[i].Value, AmountFen = amounts[i] }, [part]))];
    }

    /// <summary>Who paid and what for; a name only where all parts have the same.</summary>
    private StatementLine With(StatementLine line, List<XElement> parts)
    {
        var (party, account) = line.Direction == Direction.Credit ? ("Dbtr", "DbtrAcct") : ("Cdtr", "CdtrAcct");
        var texts = parts.SelectMany(Texts).Append(entry.Text("AddtlNtryInf")).OfType<string>().Distinct(StringComparer.Ordinal);
        var remittance = string.Join('\n', texts);
        return line with
        {
            PayerName = One(parts.Select(p => p.Text("RltdPties", party, "Nm") ?? p.Text("RltdPties", party, "Pty", "Nm"))),
            PayerAccount = One(parts.Select(p => p.Text("RltdPties", account, "Id", "IBAN") ?? p.Text("RltdPties", account, "Id", "Othr", "Id"))),
            Remittance = remittance.Length == 0 ? null : remittance,
        };
    }

    private static IEnumerable<string?> Texts(XElement part)
    {
        foreach (var text in part.Down("RmtInf").All("Ustrd")) yield return text.Text();
        foreach (var structured in part.Down("RmtInf").All("Strd"))
        {
            yield return structured.Text("CdtrRefInf", "Ref");
            foreach (var text in structured.All("AddtlRmtInf")) yield return text.Text();
        }

        if (part.Text("Refs", "EndToEndId") is { } endToEnd && endToEnd != "NOTPROVIDED") yield return endToEnd;
        yield return part.Text("AddtlTxInf");
    }

    private static string? One(IEnumerable<string?> values) => values.Distinct(StringComparer.Ordinal).Take(2).ToList() is [var one] ? one : null;

    private (DateTimeOffset At, TimeGiven Given)? Time()
    {
        var text = entry.Text("BookgDt", "DtTm") ?? entry.Text("BookgDt", "Dt");
        if (text is null) Fault("BookgDt", Refusal.Required);
        else if (BankTime.TryRead(text, out var time) && time.Day is { } day) return time.On(day);
        else Fault("BookgDt", Refusal.StatementTimeInvalid, text.Length <= 64 ? text : null);
        return null;
    }

    private void Fault(string field, Refusal why, string? detail = null) => faults.Add(new StatementFault(number, $"Ntry/{field}".TrimEnd('/'), why, detail));
}
