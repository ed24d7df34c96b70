using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>ISO 20022 BankToCustomerStatement, camt.053.001.02 to .12: booked entries and the balances around them.</summary>
/// <remarks>A camt.053 states its opening and its closing balance, and the entries must lead from one to the other: an entry that got lost shows.</remarks>
public static partial class Camt053
{
    private const int Oldest = 2;
    private const int Newest = 12;

    public static StatementReading Read(byte[] bytes)
    {
        if (StatementFile.CheckSize(bytes) is { } refused) return refused;
        if (StatementEncoding.OfXml(bytes) is not { } text) return StatementReading.Refuse(Refusal.StatementEncodingUnknown);
        var (root, broken) = CamtTree.Read(text);
        if (root is null) return StatementReading.Refuse(Refusal.StatementXmlInvalid, broken);
        var version = Version().Match(root.Name.NamespaceName);
        var known = version.Success && int.Parse(version.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture) is >= Oldest and <= Newest;
        if (!known || root.Name.LocalName != "Document") return NotThis(root.Name.NamespaceName.Length > 0 ? root.Name.NamespaceName : root.Name.LocalName);
        var statements = root.Down("BkToCstmrStmt").All("Stmt").ToList();
        if (statements.Count == 0) return NotThis(root.Elements().FirstOrDefault()?.Name.LocalName ?? version.Value);

        var faults = new List<StatementFault>();
        var read = new List<BankStatement>();
        var entries = 0;
        foreach (var statement in statements) read.Add(Statement(statement, version.Value, ref entries, faults));
        StatementChecks.References(read.SelectMany(s => s.Lines), "AcctSvcrRef", faults);
        return StatementReading.Of(read, faults);
    }

    private static StatementReading NotThis(string found) =>
        StatementReading.Refuse(Refusal.StatementNotRecognised, found.Length <= 80 ? found : found[^80..]);

    private static BankStatement Statement(XElement statement, string format, ref int entries, List<StatementFault> faults)
    {
        var before = faults.Count;
        var id = statement.Text("Id") is { Length: <= 40 } name ? $"Stmt {name} " : "Stmt ";
        if (statement.Text("Acct", "Ccy") is { } currency && currency != BankStatement.Yuan) faults.Add(new StatementFault(0, id + "Acct/Ccy", Refusal.CurrencyNotYuan, currency));
        var opening = Balance(statement, id, ["OPBD", "PRCD"], faults);
        var closing = Balance(statement, id, ["CLBD"], faults);
        var lines = new List<StatementLine>();
        var notBooked = 0;
        foreach (var entry in statement.All("Ntry"))
        {
            var reader = new CamtEntry(entry, ++entries, faults);
            switch (reader.IsBooked())
            {
                case true: lines.AddRange(reader.Read()); break;
                case false: notBooked++; break;
                case null: break;
            }
        }

        // While an entry is unread the sum means nothing.
        if (faults.Count == before) StatementChecks.Balances(opening, lines, closing, id + "CLBD", faults);
        return new BankStatement(
            format, statement.Text("Acct", "Id", "IBAN") ?? statement.Text("Acct", "Id", "Othr", "Id"), BankStatement.Yuan,
            Day(statement, id, "FrDtTm", faults), Day(statement, id, "ToDtTm", faults), opening, closing, [.. lines], notBooked);
    }

    /// <summary>The one balance of the first of these kinds that there is. The previous closing balance is the opening one under another name.</summary>
    private static long? Balance(XElement statement, string id, string[] kinds, List<StatementFault> faults)
    {
        var field = id + kinds[0];
        foreach (var kind in kinds)
        {
            var found = statement.All("Bal").Where(b => b.Text("Tp", "CdOrPrtry", "Cd") == kind).ToList();
            if (found.Count == 0) continue;
            var values = new HashSet<long>();
            foreach (var balance in found)
            {
                var amount = balance.Down("Amt");
                var sign = balance.Text("CdtDbtInd") switch { "CRDT" => 1, "DBIT" => -1, _ => 0 };
                if (amount?.Attribute("Ccy")?.Value is { } currency && currency != BankStatement.Yuan) faults.Add(new StatementFault(0, field, Refusal.CurrencyNotYuan, currency));
                else if (sign == 0) faults.Add(new StatementFault(0, field, Refusal.CreditOrDebitUnclear));
                else if (!CamtEntry.TryAmount(amount, out var fen)) faults.Add(new StatementFault(0, field, Refusal.NumberInvalid, amount?.Value));
                else values.Add(sign * fen);
            }

            if (values.Count > 1) faults.Add(new StatementFault(0, field, Refusal.StatementDoesNotBalance, string.Join(" ≠ ", values.Order().Select(v => BankText.Yuan(v)))));
            return values.Count == 1 ? values.Single() : null;
        }

        faults.Add(new StatementFault(0, field, Refusal.Required));
        return null;
    }

    private static DateOnly? Day(XElement statement, string id, string element, List<StatementFault> faults)
    {
        if (statement.Text("FrToDt", element) is not { } text) return null;
        if (BankTime.TryRead(text, out var time) && time.Day is { } day) return Days.Of(time.On(day).At);
        faults.Add(new StatementFault(0, $"{id}FrToDt/{element}", Refusal.StatementTimeInvalid, text.Length <= 64 ? text : null));
        return null;
    }

    [GeneratedRegex(@"camt\.053\.001\.([0-9]{2})$", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
