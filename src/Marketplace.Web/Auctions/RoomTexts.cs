namespace Marketplace.Auctions;

/// <summary>Texts of the room, the transcript and the verification; the script gets those under <c>Js.</c> from the page.</summary>
public sealed class RoomTexts;
