"""Time zones as people call them: abbreviations, offsets, and cities and countries that tzdata doesn't name. Data."""

from bot.domain.text.normalize import fold


def _read(text: str) -> dict[str, tuple[str, ...]]:
    """Return zones by folded name, from lines such as "Asia/Tokyo: jst, osaka"."""
    found: dict[str, tuple[str, ...]] = {}
    for line in text.strip().splitlines():
        zones, _, names = line.partition(":")
        found |= {fold(name): tuple(zones.split()) for name in names.split(",")}
    return found


ABBREVIATIONS = _read(
    """
    UTC: z, zulu, utc, uct, universal, coordinated universal, greenwich mean, greenwich
    America/New_York America/Toronto Australia/Sydney: est, edt
    America/New_York America/Toronto: et, eastern, us eastern
    America/Chicago America/Mexico_City Asia/Shanghai: cst
    America/Chicago America/Winnipeg: cdt, ct, central, us central
    America/Denver America/Phoenix America/Edmonton: mst
    America/Denver America/Edmonton: mdt, mt, mountain, us mountain
    America/Los_Angeles America/Vancouver Asia/Manila: pst
    America/Los_Angeles America/Vancouver: pdt, pt, pacific, us pacific
    America/Anchorage: akst, akdt, akt
    Pacific/Honolulu: hst, hdt
    America/Halifax America/Puerto_Rico Asia/Riyadh: ast
    America/Halifax Atlantic/Bermuda: adt
    America/St_Johns: nst, ndt
    America/Sao_Paulo: brt
    America/Argentina/Buenos_Aires: art
    America/Santiago: clt, clst
    America/Bogota: cot
    Europe/London Asia/Dhaka: bst
    Europe/Dublin Asia/Kolkata Asia/Jerusalem: ist
    Asia/Jerusalem: idt
    Europe/Lisbon: wet, western european
    Europe/Berlin Europe/Paris Europe/Madrid Europe/Rome Europe/Amsterdam: cet, cest, mez, mesz, met, mest
    Europe/Berlin Europe/Paris Europe/Madrid Europe/Rome Europe/Amsterdam: central european
    Europe/Athens Europe/Helsinki Europe/Kyiv Europe/Bucharest Africa/Cairo: eet, eest, oez, oesz, eastern european
    Europe/Moscow: msk
    Europe/Istanbul: trt
    Africa/Johannesburg: sast
    Africa/Nairobi: eat
    Africa/Lagos: wat
    Asia/Dubai Asia/Tbilisi: gst
    Asia/Tehran: irst, irdt
    Asia/Karachi: pkt
    Asia/Kathmandu: npt
    Asia/Bangkok Asia/Ho_Chi_Minh: ict
    Asia/Jakarta: wib
    Asia/Singapore: sgt
    Asia/Kuala_Lumpur: myt
    Asia/Manila: pht, phst
    Asia/Hong_Kong: hkt
    Asia/Taipei: tst
    Asia/Tokyo: jst
    Asia/Seoul: kst
    Australia/Perth: awst
    Australia/Adelaide Australia/Darwin: acst, act
    Australia/Adelaide: acdt
    Australia/Sydney Australia/Melbourne Australia/Brisbane: aest, aet
    Australia/Sydney Australia/Melbourne: aedt
    Pacific/Auckland: nzst, nzdt, nzt
    """
)
"""Where people use each abbreviation; after one city's, nothing is left to ask. None is a fixed offset but UTC."""

PLACES = _read(
    """
    America/New_York: ny, nj, pa, ma, md, nc, ga, d c, new york city, chapel hill
    America/New_York: nyc, boston, washington, washington dc, dc, philadelphia, pittsburgh, princeton, new haven, ithaca
    America/New_York: baltimore, atlanta, miami, providence, durham, massachusetts, mit, harvard, yale, cornell
    America/Detroit: ann arbor, michigan
    America/Chicago: tx, il, champaign
    America/Chicago: austin, dallas, houston, texas, minneapolis, madison, st louis, urbana, illinois, new orleans
    America/Denver: boulder, salt lake city, albuquerque, los alamos, santa fe, colorado
    America/Los_Angeles: la, sf, san francisco, bay area, silicon valley, palo alto, stanford, berkeley, mountain view
    America/Los_Angeles: seattle, redmond, san diego, pasadena, santa barbara, california, caltech, las vegas
    America/Los_Angeles: ca, wa, irvine, santa cruz
    America/Los_Angeles America/New_York: portland
    America/Los_Angeles America/Costa_Rica: san jose
    America/Toronto: ottawa, waterloo, montreal, montréal, quebec, hamilton ontario
    America/Vancouver Australia/Melbourne: victoria
    America/Edmonton: calgary
    America/Sao_Paulo: rio, rio de janeiro, brasilia, campinas, belo horizonte
    America/Mexico_City: mexico, cdmx
    America/Argentina/Buenos_Aires: argentina
    America/Puerto_Rico America/Argentina/San_Juan: san juan
    America/Santiago: chile
    America/Bogota: colombia, medellin
    America/New_York America/Chicago America/Denver America/Los_Angeles: us, usa, united states, america
    America/Toronto America/Winnipeg America/Edmonton America/Vancouver America/Halifax: canada
    Europe/London America/New_York: cambridge
    Europe/London: british
    Europe/London: uk, england, scotland, wales, britain, great britain, united kingdom, gb, oxford, edinburgh, glasgow
    Europe/London: manchester, bristol, leeds, cardiff
    Europe/Dublin: ireland, cork, galway
    Europe/Berlin: germany, deutschland, munich, münchen, hamburg, frankfurt, cologne, köln, stuttgart, heidelberg
    Europe/Berlin: tübingen, tuebingen, dresden, leipzig, bonn, aachen, karlsruhe, darmstadt, göttingen, freiburg
    Europe/Berlin: frankfurt am main, nuremberg, nürnberg, erlangen, potsdam, saarbrücken, düsseldorf, hannover, münster
    Europe/Paris: france, lyon, marseille, toulouse, grenoble, bordeaux, strasbourg, lille, saclay, rennes, nantes
    Europe/Zurich: switzerland, schweiz, suisse, geneva, genève, genf, lausanne, bern, basel, lugano, zürich, eth, epfl
    Europe/Zurich: cern
    Europe/Vienna: austria, wien, graz, innsbruck, linz
    Europe/Rome: italy, italia, milan, milano, turin, torino, pisa, bologna, florence, firenze, naples, trieste, roma
    Europe/Madrid: spain, españa, barcelona, valencia, seville, granada
    Europe/Lisbon: portugal, lisboa, porto, coimbra
    Europe/Amsterdam: netherlands, holland, delft, utrecht, leiden, eindhoven, groningen, rotterdam, the hague
    Europe/Brussels: belgium, leuven, ghent, antwerp
    Europe/Copenhagen: denmark, aarhus, københavn
    Europe/Stockholm: sweden, uppsala, lund, gothenburg, göteborg
    Europe/Oslo: norway, bergen, trondheim
    Europe/Helsinki: finland, espoo, tampere
    Europe/Warsaw: poland, krakow, kraków, wroclaw
    Europe/Prague: czechia, brno, praha
    Europe/Budapest: hungary
    Europe/Athens: greece, thessaloniki, heraklion
    Europe/Kyiv: ukraine, kharkiv, lviv
    Europe/Moscow: st petersburg, saint petersburg, novgorod, moskva
    Europe/Istanbul: turkey, türkiye, ankara, izmir
    Asia/Jerusalem: israel, haifa, rehovot, tel aviv
    Africa/Cairo: egypt, alexandria
    Africa/Johannesburg: south africa, cape town, pretoria
    Africa/Nairobi: kenya
    Africa/Lagos: nigeria, abuja
    Asia/Riyadh: saudi arabia, jeddah, thuwal, kaust
    Asia/Dubai: abu dhabi, uae, emirates
    Asia/Tehran: iran, isfahan
    Asia/Karachi: pakistan, islamabad, lahore
    Asia/Kolkata: indian
    Asia/Kolkata: india, mumbai, bombay, delhi, new delhi, bangalore, bengaluru, chennai, madras, hyderabad, pune
    Asia/Kolkata: kanpur, kharagpur, ahmedabad, roorkee, guwahati, iit
    Asia/Dhaka: bangladesh
    Asia/Ho_Chi_Minh: vietnam, hanoi, ho chi minh city, da nang
    Asia/Kuala_Lumpur: malaysia
    Asia/Bangkok: thailand
    Asia/Manila: philippines
    Asia/Jakarta: bandung
    Asia/Singapore: singapore
    Asia/Hong_Kong: hong kong, hongkong, hk
    Asia/Shanghai: china, beijing, peking, shenzhen, guangzhou, hangzhou, nanjing, wuhan, chengdu, xi'an, xian, tianjin
    Asia/Shanghai: suzhou, hefei, dalian, changsha, xiamen, zhuhai, ningbo, jinan, qingdao, 北京, 上海, 深圳, 中国
    Asia/Taipei: taiwan, hsinchu
    Asia/Tokyo: japan, osaka, kyoto, nagoya, sendai, fukuoka, tsukuba, sapporo, kobe, yokohama, 東京, 東京都, 日本, 大阪
    Asia/Seoul: korea, south korea, daejeon, busan, pohang, kaist, 서울, 한국
    Australia/Sydney: canberra, newcastle nsw
    Australia/Sydney Australia/Melbourne Australia/Brisbane Australia/Adelaide Australia/Perth: australia
    Pacific/Auckland: new zealand, wellington, christchurch, dunedin
    """
)
"""Research cities and countries without a zone of their own name in tzdata, or with several cities of the name."""

WITHOUT_WHOLE_HOURS = {
    -570: "Pacific/Marquesas", 210: "Asia/Tehran", 270: "Asia/Kabul", 330: "Asia/Kolkata", 345: "Asia/Kathmandu",
    390: "Asia/Yangon", 525: "Australia/Eucla", 570: "Australia/Darwin",
}  # fmt: skip
"""Places whose clocks always differ from UTC by so many minutes; tzdata has no name for such an offset itself."""
