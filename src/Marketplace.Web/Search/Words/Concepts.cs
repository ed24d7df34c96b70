namespace Marketplace.Search.Words;

/// <summary>
/// The dictionary of the field: terms that are one thing, and the other names of the same thing (LED is 发光二极管).
/// Where one stands, the text also carries the token of the thing, whatever it was called.
/// </summary>
public static class Concepts
{
    private static readonly Node Root = Load();

    /// <summary>Adds a token for the longest term of the dictionary that begins at each place.</summary>
    internal static void Mark(IReadOnlyList<Tokens.Unit> units, List<Token> tokens)
    {
        for (var i = 0; i < units.Count; i++)
        {
            string? found = null;
            var node = Root;
            var (last, end) = (i, 0);
            for (var at = i; at < units.Count; at++)
            {
                // Terms do not reach over a sign or a line, but over the one space between two words.
                if (at > i && units[at].Start - end > 1) break;
                if (!node.Next.TryGetValue(units[at].Term, out var next)) break;
                (node, end) = (next, units[at].Start + units[at].Length);
                if (node.Concept is { } concept) (found, last) = (concept, at);
            }

            if (found is not null) tokens.Add(new Token(found, units[i].Start, units[last].Start + units[last].Length - units[i].Start, TokenKind.Concept));
        }
    }

    private static Node Load()
    {
        var root = new Node();
        var number = 0;
        foreach (var line in WordFile.Lines("concepts.txt"))
        {
            number++;
            foreach (var name in line.Split('|'))
            {
                var node = root;
                foreach (var unit in Tokens.Cut(name, []))
                {
                    if (!node.Next.TryGetValue(unit.Term, out var next)) node.Next[unit.Term] = next = new Node();
                    node = next;
                }

                node.Concept ??= "=" + number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        return root;
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Next { get; } = [];
        public string? Concept { get; set; }
    }
}
