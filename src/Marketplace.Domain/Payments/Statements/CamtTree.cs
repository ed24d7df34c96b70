using System.Xml;
using System.Xml.Linq;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>XML of unknown origin: no DTD, nothing from outside, and no deeper or larger than a statement can be.</summary>
internal static class CamtTree
{
    private const int MostDepth = 64;
    private const int MostElements = 1_000_000;

    /// <summary>The root element; or where the text is not what it may be.</summary>
    public static (XElement? Root, string? Broken) Read(string text)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = StatementFile.MostBytes,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), settings);
            return Build(reader);
        }
        catch (XmlException broken)
        {
            return (null, $"{broken.LineNumber}:{broken.LinePosition}");
        }
    }

    /// <summary>The first element down a path of local names; the version of the message does not matter.</summary>
    public static XElement? Down(this XElement? from, params ReadOnlySpan<string> path)
    {
        foreach (var name in path) from = from?.Elements().FirstOrDefault(e => e.Name.LocalName == name);
        return from;
    }

    public static IEnumerable<XElement> All(this XElement? from, string name) => from?.Elements().Where(e => e.Name.LocalName == name) ?? [];

    /// <summary>The text down a path; null when it is blank, not there, or broken up by elements.</summary>
    public static string? Text(this XElement? from, params ReadOnlySpan<string> path) =>
        from.Down(path) is { HasElements: false } leaf && leaf.Value.Trim() is { Length: > 0 } text ? text : null;

    private static (XElement? Root, string? Broken) Build(XmlReader reader)
    {
        var open = new Stack<XElement>();
        XElement? root = null;
        for (var elements = 0; reader.Read();)
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (++elements > MostElements || open.Count >= MostDepth) return (null, $"{((IXmlLineInfo)reader).LineNumber}:{((IXmlLineInfo)reader).LinePosition}");
                    var element = new XElement(XName.Get(reader.LocalName, reader.NamespaceURI));
                    if (reader.GetAttribute("Ccy") is { } currency) element.SetAttributeValue("Ccy", currency);
                    if (open.TryPeek(out var parent)) parent.Add(element);
                    root ??= element;
                    if (!reader.IsEmptyElement) open.Push(element);
                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    open.Peek().Add(new XText(reader.Value));
                    break;
            }
        }

        return (root, null);
    }
}
