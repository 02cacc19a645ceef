"""Hosts, paths and parameters of wrappers, trackers and service pages as data; no logic."""

TRACKING_PREFIXES = (
    "utm_", "utm-", "mtm_", "matomo_", "pk_", "piwik_", "hsa_", "sfmc_", "sfmc-", "vero_", "oly_", "elq", "_hs",
    "__hs", "ml_sub", "spmailing", "gad_", "trk_",
)  # fmt: skip
TRACKING_NAMES = frozenset(
    [
        "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ymclid", "twclid", "ttclid",
        "li_fat_id", "igshid", "igsh", "mc_cid", "mc_eid", "mc_tc", "mkt_tok", "dm_i", "dm_t", "sfmcid", "sfmc",
        "hsctatracking", "_openstat", "wickedid", "spuserid", "spjobid", "spreportid", "_ke", "_kx", "ck_subscriber_id",
        "mibextid", "srsltid", "_gl", "_ga", "_gac", "trk", "trkcampaign", "trkinfo", "s_cid", "rb_clickid", "epik",
        "_bta_tid", "_bta_c", "bsft_clkid", "bsft_uid", "cmpid", "xtor",
        "mailid", "nb_klid", "vgo_ee", "inf_contact_key",
        "_branch_match_id", "et_rid", "dpuid", "esid_mail",
    ]
)  # fmt: skip
HOST_TRACKING = {
    "youtube.com": frozenset({"si", "feature", "pp"}),
    "youtu.be": frozenset({"si", "feature", "pp"}),
    "open.spotify.com": frozenset({"si", "nd"}),
}

# Parameters that hold who reads the mail, where they hold a mail address; "contact" and "afzender" do not.
READER_PARAMETERS = frozenset(
    [
        "email", "e-mail", "e_mail", "mail", "e", "em", "eml", "emailaddress", "email_address", "email-address",
        "mailaddress", "emailadres", "e-mailadres", "mailadres", "useremail", "user_email", "usermail", "user_mail",
        "emailid", "email_id", "user", "userid", "user_id", "username", "user_name", "uid", "u", "login", "account",
        "recipient", "recipient_email", "recip", "rcpt", "rcpt_to", "to", "to_email", "ontvanger", "aan", "subscriber",
        "subscriber_email", "sub", "abonnee", "member", "lid", "reader", "lezer", "lead", "lead_email",
    ]
)  # fmt: skip

# A redirect that bears the true address: host (or the end of it), beginning of the path, parameters to look in.
REDIRECTS = (
    ("linkprotect.cudasvc.com", "/url", ("a",)),
    ("protect.fireeye.com", "/", ("u",)),
    ("protect2.fireeye.com", "/", ("u",)),
    ("fireeye.com", "/", ("u",)),
    ("trellix.com", "/", ("u",)),
    ("trendmicro.com", "/", ("url",)),
    ("googleadservices.com", "/", ("adurl",)),
    ("doubleclick.net", "/", ("adurl",)),
    ("l.facebook.com", "/l.php", ("u",)),
    ("lm.facebook.com", "/l.php", ("u",)),
    ("facebook.com", "/l.php", ("u",)),
    ("l.instagram.com", "/", ("u",)),
    ("linkedin.com", "/redir/", ("url",)),
    ("linkedin.com", "/safety/go", ("url",)),
    ("slack-redir.net", "/link", ("url",)),
    ("youtube.com", "/redirect", ("q",)),
    ("duckduckgo.com", "/l/", ("uddg",)),
    ("deref-mail.com", "/", ("redirecturl",)),
    ("deref-gmx.net", "/", ("redirecturl",)),
    ("deref-web.de", "/", ("redirecturl",)),
    ("mimecast.com", "/", ("url", "u")),
    ("mimecastprotect.com", "/", ("url", "u")),
    ("statics.teams.cdn.office.net", "/evergreen-assets/safelinks", ("url",)),
    ("statics.teams.microsoft.com", "/evergreen-assets/safelinks", ("url",)),
)
PROOFPOINT = ("urldefense.com", "urldefense.us", "urldefense.proofpoint.com", "proofpoint.com")

# Hosts whose links count a click and hide where they lead: (end of the host, beginning of the path).
TRACKERS = (
    ("c.spotler.com", "/"),
    ("spotler.com", "/ct/"),
    ("mailplus.nl", "/"),
    ("m1.mailplus.nl", "/"),
    ("laposta.nl", "/"),
    ("laposta.org", "/"),
    ("list-manage.com", "/track/"),
    ("list-manage1.com", "/track/"),
    ("list-manage2.com", "/track/"),
    ("mandrillapp.com", "/track/"),
    ("sendgrid.net", "/"),
    ("mjt.lu", "/"),
    ("activehosted.com", "/"),
    ("acemlna.com", "/"),
    ("acemlnb.com", "/"),
    ("acemlnc.com", "/"),
    ("emlnk.com", "/"),
    ("emlnk1.com", "/"),
    ("hubspotlinks.com", "/"),
    ("hubspotemail.net", "/"),
    ("hs-sites.com", "/events/public/"),
    ("sendibt2.com", "/"),
    ("sendibt3.com", "/"),
    ("sendibm1.com", "/"),
    ("sendibm2.com", "/"),
    ("sendibm3.com", "/"),
    ("sendibw.com", "/"),
    ("brevo.com", "/mk/cl/"),
    ("createsend.com", "/t/"),
    ("createsend1.com", "/t/"),
    ("cmail19.com", "/"),
    ("cmail20.com", "/"),
    ("clickdimensions.com", "/"),
    ("copernica.com", "/"),
    ("copernica.nl", "/"),
    ("picsrv.net", "/"),
    ("vicinity.nl", "/"),
    ("tripolis.com", "/"),
    ("td42.tripolis.com", "/"),
    ("deployteq.net", "/"),
    ("deployteq.com", "/"),
    ("canddi.com", "/"),
    ("exacttarget.com", "/"),
    ("exct.net", "/"),
    ("pardot.com", "/"),
    ("eloqua.com", "/e/"),
    ("en25.com", "/e/"),
    ("mktoweb.com", "/"),
    ("customeriomail.com", "/"),
    ("mailerlite.com", "/link/"),
    ("mlsend.com", "/"),
    ("mlsend2.com", "/"),
    ("klclick.com", "/"),
    ("klclick1.com", "/"),
    ("rs6.net", "/"),
    ("mailchi.mp", "/track/"),
    ("mailgun.org", "/c/"),
    ("awstrack.me", "/"),
    ("ymlp.com", "/"),
    ("ymlpcl.com", "/"),
    ("flxml.eu", "/"),
    ("enormail.eu", "/"),
    ("email-provider.eu", "/"),
    ("email-provider.nl", "/"),
    ("webpower.eu", "/"),
    ("dmdelivery.com", "/"),
    ("emsecure.net", "/"),
    ("slgnt.eu", "/"),
    # Security wrappers whose target cannot be read.
    ("mimecast.com", "/s/"),
    ("mimecastprotect.com", "/s/"),
    ("url.emailprotection.link", "/"),
    ("linkprotect.cudasvc.com", "/"),
    ("secure-web.cisco.com", "/"),
    # Shorteners.
    ("bit.ly", "/"),
    ("bitly.com", "/"),
    ("tinyurl.com", "/"),
    ("t.co", "/"),
    ("ow.ly", "/"),
    ("buff.ly", "/"),
    ("goo.gl", "/"),
    ("lnkd.in", "/"),
    ("is.gd", "/"),
    ("rb.gy", "/"),
    ("cutt.ly", "/"),
    ("dlvr.it", "/"),
    ("t.ly", "/"),
    ("shorturl.at", "/"),
)
# The beginning of a host that exists to count clicks, and paths that do; both need an opaque token as well.
TRACKER_LABELS = frozenset(
    [
        "c",
        "ct",
        "t",
        "e",
        "r",
        "click",
        "clicks",
        "track",
        "tracking",
        "trk",
        "link",
        "links",
        "email",
        "mailing",
        "url",
    ]
)
TRACKER_PATHS = (
    "/ct/", "/track/click", "/ls/click", "/wf/click", "/tracking/click", "/e/c/", "/lnk/", "/lt.php", "/mk/cl/",
    "/events/public/v1/encoded/track", "/ctc/", "/ctt", "/acton/ct/", "/click/", "/cl0/", "/cts/",
)  # fmt: skip
SHORT_TRACKER_PATHS = ("/c/", "/r/", "/l/", "/t/", "/e/", "/x/", "/f/a/", "/cl/", "/link/")

SERVICE_PATHS = (
    "unsubscribe", "uitschrijven", "afmelden", "optout", "opt-out", "opt_out", "preferences", "voorkeuren",
    "subscription-center", "manage-subscription", "update-profile", "updateprofile", "profielwijzigen",
    "gegevens-wijzigen", "wijzig-gegevens", "webversie", "online-versie", "webversion", "view-in-browser",
    "viewonline", "view-online", "forward-to-friend", "doorsturen", "list-unsubscribe",
)  # fmt: skip
SERVICE_HOSTS = (
    ("list-manage.com", "/unsubscribe"),
    ("list-manage.com", "/profile"),
    ("list-manage.com", "/about"),
    ("campaign-archive.com", "/"),
    ("forward-to-friend.com", "/"),
    ("facebook.com", "/sharer"),
    ("facebook.com", "/share.php"),
    ("facebook.com", "/dialog/share"),
    ("twitter.com", "/intent/"),
    ("twitter.com", "/share"),
    ("x.com", "/intent/"),
    ("x.com", "/share"),
    ("linkedin.com", "/sharearticle"),
    ("linkedin.com", "/sharing/"),
    ("linkedin.com", "/cws/share"),
    ("api.whatsapp.com", "/send"),
    ("pinterest.com", "/pin/create"),
    ("addtoany.com", "/"),
    ("bsky.app", "/intent/"),
)
# The words of a service link in small letters; the whole of a short text must be one of these.
_NEWSLETTER = r"(?:nieuwsbrief|mailing|mailinglijst|e-?mails?|mail|bericht)"
_FROM = rf"(?:voor|van|uit) (?:de|deze|onze) {_NEWSLETTER}"
_SELF = r"(?:u |je |jezelf )"
_OWN = r"(?:uw|je|mijn)"
_DETAILS = (
    r"(?:(?:persoonlijke )?gegevens|profiel|(?:e-?mail)?voorkeur\w*|e-?mailadres|aanmelding|inschrijving|abonnement)"
)
_CHANNEL = r"(?:facebook|twitter|x|linkedin|whatsapp|instagram|bluesky|e-?mail)"
SERVICE_WORDS = (
    rf"(?:klik hier om {_SELF}?)?(?:uitschrijven|uit te schrijven|uitschrijflink|uitschrijving)(?: {_FROM})?",
    rf"(?:klik hier om {_SELF}?)?(?:afmelden|af te melden|afmeldlink)(?: {_FROM})?",
    rf"(?:meld|schrijf) (?:u|je|mij|me)(?:zelf)? (?:hier )?(?:af|uit)(?: .{{0,40}}{_NEWSLETTER})?(?: hier)?",
    r"nieuwsbrief (?:opzeggen|stopzetten)",
    r"(?:click here to )?unsubscribe(?: .{0,40})?",
    r"opt[ -]?out",
    rf"(?:wijzig|pas|verander|beheer)\w* (?:hier )?{_OWN} {_DETAILS}(?: aan)?(?: hier)?",
    rf"(?:{_OWN} )?{_DETAILS} (?:wijzigen|aanpassen|beheren|bijwerken)",
    r"(?:update|manage|change|edit) (?:your |my )?(?:(?:e-?mail |subscription )?preferences|subscriptions?|profile)",
    r"(?:your |my )?(?:e-?mail |subscription )?preferences",
    rf"(?:bekijk|lees|open) (?:(?:deze |de |dit )?{_NEWSLETTER} )?(?:online|in (?:uw|je|de) browser|als webpagina)",
    r"(?:klik hier (?:voor|om) .{0,20})?(?:de )?(?:online ?versie|webversie|online bekijken|online lezen)",
    r"view (?:this |the )?(?:e-?mail |newsletter )?(?:online|in (?:your |a |the )?browser|as a web ?page)",
    r"(?:web|online)[ -]?version",
    r"(?:read|view|open)(?: (?:this|it|the)(?: e-?mail| newsletter| issue)?)? (?:online|on the web|in (?:the )?app)",
    r"(?:stop getting|cancel) .{0,40}|change (?:your )?e-?mail address|mark as safe|add us to your address book",
    r"(?:voir|lire|consulte[rz])(?: (?:ce|cet|cette|la|le) (?:message|e-?mail|lettre|newsletter|version))? en ligne",
    r"(?:voir|lire|afficher) (?:.{0,20} )?dans (?:le|votre) navigateur|version (?:web|en ligne)",
    r"(?:(?:cliquez ici )?pour )?(?:se|me|vous) d[ée]s(?:inscrire|abonner)|d[ée]s(?:inscription|abonnement)",
    r"(?:newsletter )?(?:abmelden|abbestellen|abmeldung)|(?:im|in ihrem) browser (?:ansehen|öffnen|anzeigen|lesen)",
    rf"(?:deel|delen|share)(?: (?:dit|deze|this)(?: \w+)?)? (?:op|via|on) {_CHANNEL}",
    rf"stuur (?:deze|dit|de) {_NEWSLETTER} door(?: .{{0,30}})?",
    r"doorsturen(?: aan .{0,30})?",
    r"forward to a friend",
    r"tweet (?:this|dit)",
    r"\^? ?(?:terug )?naar (?:boven|(?:de )?(?:inhoud|top))|back to (?:the )?top|(?:retour en )?haut de page",
    r"mail dit (?:artikel|bericht)",
)
# What a sentence in small letters says by which a link in it, or just after it, serves the newsletter: it names the
# newsletter and says how to leave it, to change the own data, or to read it elsewhere.
OWN_MAIL = (
    r"nieuwsbrie\w*|nieuwsmail\w*|nieuwsflits\w*|nieuwsbulletin\w*|mailings?|mailinglijst|verzendlijst|newsletter\w*"
    r"|(?:deze|dit|onze|geen|this|these) (?:e-?mails?|mails?|berichten)"
)
SERVICE_SENTENCES = (
    r"(?:niet|geen) (?:.{0,40} )?(?:meer|langer|ontvang\w*|krijg\w*)",
    r"no longer|stop receiving|unsubscribe|opt[ -]?out",
    r"afmeld\w*|af te melden|uitschrij\w*|uit te schrijven|opzeggen|op te zeggen|stopzetten|stop te zetten",
    r"(?:meld|schrijf) (?:u|je) (?:.{0,40} )?(?:af|uit)",
    rf"{_DETAILS} (?:.{{0,40}} )?(?:wijzig\w*|aanpassen|aan te passen|verander\w*|beheren|bijwerken)",
    rf"(?:wijzig|pas|verander|beheer)\w* (?:.{{0,20}} )?{_DETAILS}",
    r"browser|webversie|online ?versie|niet (?:goed|juist) (?:weergegeven|leesbaar|zichtbaar|te lezen)",
)
