"""Which words in track names mean what, in many languages: a table from a meaning to its words.

Words are written as they are spoken, without accents where an accent is only a mark (they are folded the same
way as the names). ``_`` joins words of a phrase; longer phrases win over shorter ones. A meaning is an
instrument, or a modifier that only tells something beside an instrument (see grammar.py).
"""

WORDS: dict[str, str] = {
    # --- not part of the song
    "click": """
        click clk clic klick klik clicks clicktrack metronome metronom metronomo metronoom metronomi
        metro cue_click count_in countin count_off countoff timecode ltc smpte tempo_click метроном клик
        щелчок メトロノーム クリック 节拍器 節拍器 메트로놈 클릭""",
    "guide": """
        guide guides guia guida gids scratch_track scratch_vox scratch_vocal scratch_vocals pilot
        pilotspur pilotto temp_vox dummy_vox гид пилот черновик ガイド
        가이드 仮歌""",
    "talkback": "talkback talk_back tb_mic tbk tb",
    "scratch": "scratch scr temp",
    "reference": """
        ref refs reference referenz referentie reference_track referencia referencias riferimento
        referens referanse rough_mix roughmix rough ruff_mix original_mix demo_mix commercial_ref
        target_mix референс リファレンス 参考 레퍼런스""",
    "print": """
        print prints mixdown mix_down premaster pre_master 2mix 2_mix two_mix stereo_mix stereomix
        printed_mix full_mix final_mix mix_print ミックスダウン""",
    "master": "master masters mastr",
    "mix": "mix mixes mezcla mixage mischung микс",
    "bus": """
        bus buss busses buses group groups grp grupo gruppe gruppo groupe groep grupp submix sub_mix
        subgroup sub_group submaster summe sum vca dca folder submezcla groupes группа шина
        バス_グループ グループ 总线 编组 그룹 버스""",
    "aux": "aux auxs",
    "sends": "return returns rtn rtns send sends retour ritorno retorno envio",
    "reverb": """
        reverb reverbs verb verbs rvb rvrb riverbero reverberacion reverberation hall plate chamber
        spring_reverb poglos convolution valhalla valhallaroom lexicon altiverb reverbate halls plates
        реверб リバーブ 混响 리버브 hallraum""",
    "delay": """
        delay delays dly dlay echo echoes echos slapback slap_back pingpong ping_pong slap_delay
        tape_echo h_delay echoboy дилей эхо ディレイ 延迟 딜레이 eco""",
    "slap": "slap slaps",
    "parallel": "parallel parall para_comp nycomp ny_comp",
    "crush": "knee_mic kneemic crotch_mic crotch crush crushed smash smashed trash",
    "playback": "backing_track backing_tracks playback instrumental karaoke minus_one",
    "chorus": "chorus refrain",
    "flanger": "flanger phaser widener doubler_fx micropitch",
    "rev": "rev",
    # --- drums
    "kick": """
        kick kicks kik kck kic kickdrum bassdrum bass_drum bd kd kdr kik_drum grancassa gran_cassa cassa
        bombo bumbo grosse_caisse grossecaisse gc grosse_trommel basstrommel bass_trommel stortromme
        bastrumma bastromme bassorumpu basso_rumpu stopa stopka kopak velky_buben bas_davul
        bumbo_bateria bottrumma бочка бас_барабан бочки キック バスドラ バスドラム 底鼓 大鼓 킥 킥드럼""",
    "subkick": "subkick sub_kick kick_sub",
    "snare": """
        snare snares snr snrs sd sn sdr snardrum snaredrum snare_drum caisse_claire caisseclaire caja
        caixa rullante rullanti kleine_trommel lilletromme skarptromme virveltrumma virvel virveli
        virvelirumpu werbel virbl maly_buben trampet kisdob tarola малый_барабан барабан_малый рабочий_барабан рабочий
        снейр スネア 军鼓 小军鼓 軍鼓 스네어""",
    "rim": """
        rimshot rim rims rim_shot sidestick side_stick xstick x_stick crossstick cross_stick rimclick
        rim_click""",
    "hihat": """
        hh hihat hihats hi_hat hi_hats high_hat highhat hat hats hht charley charleston charles charli
        hatz contratempo chimbal chimbau hajhet hajtka hi_hatti hihatti хэт хай_хэт хайхет хэты
        ハイハット 踩镲 踩钹 하이햇""",
    "tom": """
        tom toms tomtom tom_tom tomy tomtoms timbal_de_aire timbali tamtam тoм том томы タム 嗵鼓 桶鼓
        탐 톰 rototom rototoms""",
    "rack_tom": """
        rt rack racks rack_tom racktom hangetom hange_tom haengetom tom_alto tom_aereo hi_tom hitom""",
    "floor_tom": """
        ft flr floor tom_fl floortom floor_tom flrtom standtom stand_tom standtoms gulvtam gulvtom golvpuka
        lattiatom goliat timbal_base tom_basse tom_bas timpano_tom surdo_bateria フロアタム フロア
        落地嗵鼓""",
    "ride": "ride rides ridecymbal ride_bell ride_cym ride_cymbal райд ライド 叮叮镲 라이드",
    "cymbal": """
        cymbal cymbals cym cyms cymb cymbs crash crashes china splash splashes becken piatti piatto
        platillo platillos cymbale cymbales bekken bekkens becken_l cymbaler symbaalit symbaali talerze
        blachy cinel cinely prato pratos zil ziller тарелки тарелка крэш железо シンバル クラッシュ 镲
        镲片 吊镲 심벌 심벌즈 crash_cymbal""",
    "overhead": """
        oh ohs ovh ovhd ovhds ohd overhead overheads over_head over_heads o_h ohead oheads overheadit
        overheady aereos aereo panoramici panoramiche panoramico ovr_hd fok front_of_kit drumbrella оверхед
        оверхеды オーバーヘッド トップマイク 顶置 오버헤드""",
    "overhead_l": "ohl",
    "overhead_r": "ohr",
    "room": """
        room rooms rm rms roommic roommics raum raume sala salas stanza ambience ambiance ambienza
        ambients ambiente_sala rum_mic salle pokoj huone kamer комната рум ルーム 房间 룸 roommics""",
    "drums": """
        drum drums drms drm drumkit drumset drum_kit drum_set kit batterie batteries bateria batera
        batteria schlagzeug slagzeug drumstel trommeln trommel trommer trummor trumset rummut rumpu
        perkusja bici bici_souprava davul davullar dobok slagverk бaрабаны барабаны ударные барабан
        установка ドラム ドラムス 鼓 架子鼓 드럼 드럼즈 ezdrummer superior_drummer addictive_drums
        drumagog gitterdrums""",
    "drum_machine": "drum_machine drummachine drumcomputer drum_computer mpc linn linndrum tr808 tr909 dmx",
    "loop": "loop loops lp boucle bucle schleife луп ループ 루프 循环 looped",
    "beat": "beat beats groove grooves breakbeat breakbeats breaks amen amen_break бит ビート 节奏 비트",
    "fill": "fill fills drumfill",
    "tops": "tops toploop top_loop top_loops toplines_perc",
    # --- percussion
    "perc": """
        perc percs prc percussion percussions perkussion percusion percusiones percussione percussioni
        percussao perkuse perkussio perkusyjne percu percus slagwerk vurmali перкуссия перка перки
        パーカッション パーカス 打击乐 퍼커션 conga congas conga_drum cga cgas congos tumba tumbadora
        quinto bongo bongos bng djembe djembes jembe cajon cowbell cowbells cow_bell cencerro kuhglocke
        woodblock woodblocks wood_block woodblk block_perc claves clave guiro guira triangle triangel
        triangolo triangulo timbale timbales timpani timpany timp timps kettle_drum pauken timpano
        timpanos tabla tablas udu darbuka darabuka derbouka doumbek dumbek surdo pandeiro cuica agogo
        agogos belltree bell_tree chimes chime windchimes wind_chimes wind_chime windchime gong
        rainstick rain_stick vibraslap stomp stomps taiko bodhran frame_drum talking_drum bata batas
        berimbau repinique tamborim washboard spoons glockenspiel glock xylophone xylo vibraphone vibes
        marimba marimbas tubular_bells crotales kalimba mbira steel_drum steel_drums steelpan steel_pan
        hang_drum handpan cabasa body_perc bodyperc beatbox beat_box trommel_hand hand_drum hand_drums
        ethnic_drum sleighbells sleigh_bells jingle jingles jingle_bells bell cymbalom_perc glocken
        castanets castanuelas castagnette ratchet flexatone anvil buk janggu zabumba alfaia конги бонги
        бубны ковбелл コンガ ボンゴ 康加 手鼓 콩가 봉고 darbuka_loop mallets mallet""",
    "shaker": """
        shaker shakers shkr shkrs shk shak maraca maracas marakas egg_shaker caxixi ganza shekere
        chocalho xequere eggshaker шейкер маракасы シェイカー シェーカー 沙锤 沙槌 쉐이커 셰이커""",
    "tambourine": """
        tambourine tambourines tamb tambs tamborine tambo tmb tmbrn tambrin tambourin tamburin tamburine
        tamburello tamburino pandereta pandero pandeireta schellenring tamburiini бубен тамбурин
        タンバリン 铃鼓 탬버린""",
    "clap": """
        clap claps clp clps clapping handclap handclaps hand_clap hand_clps snap snaps finger_snap
        fingersnap fingersnaps palmas palma klatschen klatscher handklap klap klappen taputus
        applauso_ritmico хлопки хлопок клэп клап クラップ 手拍子 拍手 박수 클랩""",
    # --- bass
    "bass": """
        bass basses bs bassline bas basse basso bajo baixo bassi basgitaar bassgitarre basgitara
        basgitarr bassgitarr bassgitar basskitara basgitar baskytara basova_kytara bass_gtr bass_guitar
        bassguitar bassgtr basse_guitare guitare_basse chitarra_basso bajo_electrico e_bass ebass pbass
        p_bass jbass j_bass jazz_bass precision_bass fretless bas_gitar basskit gitara_basowa basowa
        gtr_bass guitar_bass бас басуха бас_гитара басгитара ベース 贝斯 貝斯 베이스""",
    "double_bass": """
        double_bass doublebass dbl_bass upright_bass upright uprightbass upr_bass contrebasse contrabass
        contrabas contrabajo contrabbasso contrabaixo kontrabass kontrabas kontrabasso kontrabasse
        standup_bass acoustic_bass ac_bass db_bass контрабас コントラバス ウッドベース 低音提琴
        콘트라베이스""",
    "contra_section": "cb contrabasses double_basses kontrabasse_sektion doublebasses",
    "synth_bass": """
        synthbass synthbas synth_bass bass_synth sub_bass subbass sub_808 reese tb303 acid moogbass
        moog_bass wobble wob growl_bass synbass syn_bass bassynth basssynth 808s シンセベース 신스베이스""",
    "808": "808",
    "909": "909 707 606",
    "303": "303",
    # --- guitars
    "gtr": """
        gtr gtrs guitar guitars gt gts gta guit guits git gits gitarre gitarren guitare guitares
        guitarra guitarras chitarra chitarre gitaar gitaren gitara gitary gitarr gitarrer gitar gitarer
        kitara kitarat kytara kytary gitarok gitaro gtar gitr guitr gitare guiter гитара гитары гит
        гітара ギター 吉他 结他 기타 grt""",
    "egtr": """
        egtr egtrs elgtr elecgtr eguitar e_gitarre egitarre elguitar elgitarr elgitar sahkokitara
        gitara_elektryczna elektricka_kytara stromgitarre strat stratocaster tele telecaster les_paul
        lespaul gretsch rickenbacker jaguar jazzmaster es335 gibson fender_gtr barigtr bari_gtr
        baritone_gtr baritone_guitar lapsteel lap_steel pedal_steel pedalsteel steel_gtr steel_guitar
        steelgtr electric_12 ebow e_bow электрогитара エレキ エレキギター 电吉他 電吉他 일렉 일렉기타
        일렉트릭_기타 marshall mesa_boogie ac30 vox_ac30 twin_reverb deluxe_reverb plexi 5150 jcm800
        rectifier""",
    "agtr": """
        agtr agtrs acgtr acgtrs acgt agt aguitar akustikgitarre westerngitarre konzertgitarre
        akustickgitar violao violoes nylon nylon_gtr classical_guitar classical_gtr spanish_guitar
        guitarra_espanola twelve_string 12_string 12_str 12str 12string mandolin mandolina mandoline
        mandolino mando mandola banjo banjos ukulele uke ukelele bouzouki bouzuki irish_bouzouki
        charango cavaquinho oud saz baglama balalaika sitar lute dulcimer resonator resophonic dobro
        guitalele hi_strung nashville_gtr dreadnought folkgitarre viola_caipira requinto lap_dulcimer
        домра балалайка акустика アコギ アコースティックギター 木吉他 民谣吉他 통기타 어쿠스틱기타
        akustisk_gitar zither autoharp koto shamisen guzheng pipa""",
    # --- keys
    "piano": """
        piano pianos pno pnos pian pf pfte pianoforte klavier klaver grand grand_piano babygrand
        grandpiano steinway bosendorfer yamaha_c7 upright_piano upr_piano upright_pno uprightpiano
        flygel flyge fortepian pianino fortepiano klavir kridlo zongora piyano vleugel flugel_piano
        piano_a_queue piano_de_cola felt_piano prepared_piano tack_piano honky_tonk фортепиано фоно
        пианино рояль фортепіано піаніно ピアノ 钢琴 鋼琴 피아노""",
    "epiano": """
        epiano epno ep e_p e_piano epianos electric_piano elec_piano electricpiano el_piano rhodes rhds
        rhodez fender_rhodes wurli wurly wurlitzer wurl wurlies suitcase_piano cp70 cp80 fm_piano
        dx_piano piano_electrico piano_electrique piano_elettrico elpiano родес エレピ ローズ 电钢琴
        电钢 일렉피아노""",
    "organ": """
        organ organs orgn hammond hammond_b3 b3 b_3_organ leslie orgel orgue orgues organo orgao orgel_l
        organy varhany urut kirkkourut org farfisa vox_continental continental_organ pipe_organ
        church_organ harmonium combo_organ орган хаммонд オルガン ハモンド 管风琴 风琴 오르간""",
    "keys": """
        keys kys keyz keyboard keyboards kbd kbds keybs kb kybd keyb teclado teclados clavier claviers
        tastiera tastiere tasten toetsen klawisze klavesy kosketin kosketinsoittimet billentyu tangenter
        klaviatur klavye clav clavi clavinet clavinets harpsichord cembalo clavecin clavicembalo spinet
        celesta celeste accordion accordian accordions accordeon akkordeon acordeon acordeao fisarmonica
        bandoneon concertina sanfona dragspel trekkspill harmonikka melodica mellotron mello chamberlin
        music_box musicbox toy_piano nord nord_stage spieluhr omnichord клавиши клавишные аккордеон баян
        キーボード 鍵盤 键盘 手风琴 건반 키보드 아코디언""",
    # --- synths
    "arp": "arp arps arpeggio arpeggios arpeggiator arpegio arpej",
    "synth": """
        synth synths syn syns synthe synthes snth sinth synthesizer synthesiser synthi sinte sintes
        sintetizador sintetizzatore syntetyzator syntezator syntetisaattori syntikka syntezzator synt
        moog minimoog juno juno106 juno60 prophet jupiter oberheim ob6 obx obxa ob_6 minilogue microkorg
        korg_ms20 ms20 dx7 sh101 arp2600 op1 sub37 nordlead nord_lead virus serum massive sylenth
        omnisphere zebra diva wavetable seq seqs
        sequence sequencer sequenz sekvens saw saws supersaw supersaws square_wave sinewave pluck plucks
        plk polysynth monosynth chiptune 8bit fm_synth modular analog_poly blips bleep bleeps
        chord_synth theremin keytar cs80 buchla eurorack синт синты синтезатор シンセ シンセサイザー シーケンス
        合成器 신스 신디 신디사이저""",
    "stab": "stab stabs",
    "pad": """
        pad pads padding nappe nappes flache flaeche flachen tappeto drone drones atmo atmos atmosphere
        atmospheres soundscape texture textures string_machine пэд пэды подклад подложка パッド 铺底
        패드 swells""",
    "synth_lead": """
        synthlead leadsynth synlead syn_lead lead_syn synth_ld ld_synth lead_synth synth_lead
        シンセリード""",
    # --- strings
    "strings": """
        strings strngs strgs stgs str strs strnx violin violins vln vlns vlin vn vns vl violine violinen
        violino violini violon violons violin_section geige geigen fiddle fiddles viola violas vla vlas
        bratsche alto_viola cello cellos celli vc vcl vlc vcs violoncello violoncelle violonchelo
        violoncelo cellot violoncel housle skrzypce skrzypki altowka wiolonczela viulu viulut fiol
        fioler fiolin stryk strakar stroykere jouset jousisto smycze smyczki streicher cuerdas cordas
        cordes archi corde strijkers yaylilar keman cello_section pizz pizzicato spiccato
        staccato_strings tremolo_strings quartet string_quartet orchestra orch orchestral orchester
        orquesta orkestra ensemble_strings harp harps harfe harpe arpa erhu hardanger symphonic струнные
        скрипка скрипки альт виолончель струны оркестр смычковые ストリングス バイオリン ヴァイオリン
        ビオラ ヴィオラ チェロ 弦楽 弦乐 小提琴 中提琴 大提琴 二胡 스트링 스트링스 바이올린 첼로 비올라""",
    "string": "string saite cuerda",
    # --- horns
    "brass": """
        brass trumpet trumpets tpt tpts trpt trp trmpt trump trombone trombones tbn tbns trb trbs trom
        bone bones horn horns hrn hrns hn frenchhorn french_horn french_horns fhorn f_horn flugelhorn
        flugel fluegelhorn flugl flgl bugle cornet tuba tba tubas sousaphone euphonium mellophone
        horn_section brass_section blech blasersatz blechblaser blaser blaeser cuivres cuivre metais metal_section
        vientos_metal vientos ottoni fiati trompete trompeten trompette trompettes trompeta trompetas
        trompet tromba trombe trompetti trumpetti posaune posaunen pasuuna basun trombon trombony trabka
        puzon trubka waldhorn blaasers koper trombita труба трубы тромбон туба валторна духовые медь
        ブラス トランペット トロンボーン ホルン 铜管 小号 长号 圆号 브라스 트럼펫 트롬본 호른 metales""",
    "woodwind": """
        sax saxes saxs sx saxophone saxophones saxofon saxofone saxo saxofono sassofono saksofon
        saksofoni saxophon altosax tenorsax barisax soprano_sax alto_sax tenor_sax bari_sax baritone_sax
        sop_sax tsax asax bsax tenor_saxophone alto_saxophone flute flutes flt flutist fl piccolo picc
        clarinet clarinets clarinete clarinette clarinetto klarinette klarinet klarnet clar clr cl
        bass_clarinet bass_flute bass_sax oboe oboes oboi hautbois ob cor_anglais english_horn bassoon
        bassoons bsn bssn fagott fagot fagotto basson contrabassoon woodwind woodwinds winds ww wws
        recorder blockflote blokfluit whistle whistles tin_whistle pennywhistle penny_whistle bagpipe
        bagpipes uilleann didgeridoo didge shakuhachi duduk ney pan_flute panflute panpipes quena
        ocarina harmonica harmonicas mundharmonika armonica gaita flote floten querflote flauta flautas
        flauto flauti flet fletna huilu flojt fuvola holzblaser legni maderas madeiras bois dwarsfluit
        harp_mouth blues_harp mouth_harp altsax altsaxofon саксофон сакс флейта кларнет гобой фагот
        дудка サックス フルート クラリネット オーボエ 萨克斯 长笛 单簧管 双簧管 笛子 색소폰 플루트
        클라리넷""",
    # --- voices
    "vocal": """
        vox vx vxs voxs voxx vxx voc vocs vocal vocals vocl vocls voxes vokal vokale vocale vocali
        vocaux voice voices vce voix voz voces vozes voce voci stimme stimmen gesang gesange sang laulu
        zang chant canto cantante chanteur chanteuse singer sanger singing spiew wokal wokale zpev hlas
        enek glos vokaali vokaal sangen vokaler vokali ses soolo_laulu sung melody_vox vokalspur вокал
        вокалы голос голоса спiв ボーカル ヴォーカル ボーカルトラック 歌 人声 人聲 보컬 목소리""",
    "lead_vocal": """
        lv lvs ldv ldvx lvx lvox lvoc ldvox ldvoc leadvox leadvoc leadvocal leadvocals lead_vox mainvox
        mainvocal mvox hauptgesang hauptstimme leadgesang voz_principal voz_lider voce_principale
        chant_principal chant_lead hoofdzang solosang leadsang sologesang lead_singer frontman
        toplinevox topline top_line 主唱 メインボーカル リードボーカル 메인보컬 리드보컬""",
    "rap": "rap raps rapper rapping emcee mc verse_vox рэп ラップ 랩",
    "scream": "scream screams screaming growl growls shout_lead harsh_vox harsh_vocals",
    "backing": """
        backing backings backng bck bkg bkgd bkgrd bkgnd bking back bk bg bgd background backgrounds
        backup bu_vox hintergrund begleit achtergrond tausta bakgrund chorki подпевочный sfondo fondo
        achtergrondzang""",
    "backing_vocal": """
        bv bvs bvx bvxs bvox bvoxs bvoc bvocs bgv bgvs bgvx bgvox bgvoxs bgvoc bkv bkvs bkvx bkvox
        bvocal bvocals backvox backvoc backingvox backingvocal backingvocals backupvox bgvocals bg_vox
        gang gangvox gang_vox gang_vocal gang_vocals group_vox group_vocal group_vocals groupvox
        groupvocals ooh oohs oooh oos ohhs ooo ah ahs aah aahs aaah ahhs aahhs heys hey heyhey lala
        lalas la_las whoa whoas woah woahs wohs uhs mmms hums hum ohoh yeahs nanas shout shouts shouting
        chants chanting yells choeurs choeur coros cori coretti coristas backing_choir chorgesang
        taustalaulu taustalaulut taustat kor_vokal hintergrundgesang hintergrundstimme vocoder singalong
        подпевка подпевки бэк бэки бэк_вокал бек_вокал бэквокал бек コーラス ハモ ハモリ
        バッキングボーカル 和声 和音 伴唱 코러스 화음 vokal_geri geri_vokal corista""",
    "harmony": """
        harm harms harmony harmonies harmonys hrm hrms hmny harmoni harmonie harmonien harmonia
        harmonias armonia armonias armonie 3rd third 3rds 5th 5ths fifth octave octaves""",
    "adlib": "adlib adlibs ad_lib ad_libs adlibz adlb adlbs ad_libbs libs эдлибы アドリブ 애드리브 애드립",
    "choir": """
        choir choirs choral chorale chor chore coro corale kor korus chorus_choir kuoro sbor chor_l
        kinderchor gospel childrens_choir kids_choir хор 合唱 合唱团 クワイア 합창 koor""",
    "singer_part": "soprano sopranos alto altos tenor tenors mezzo satb",
    "sop": "sopr sop bari",
    "speech": """
        speech spoken spoken_word spokenword narration narrator narr dialogue dialog dialogs dialogues
        dialogo voiceover voice_over podcast interview host announcer presenter monologue sprecher
        sprache habla locucion locutor narracion narracao parlato parole_parlee речь диктор диалог
        ナレーション セリフ 旁白 对白 나레이션 내레이션 poem""",
    "vo": "vo v_o",
    # --- effects
    "fx": """
        fx sfx efx fxs effx effect effects effekt effekte effekter effekten effetti effetto efecto
        efectos effets effet efeitos efeito efekty efekt efektit efektler soundfx sound_fx sounddesign
        sound_design foley riser risers rise uplifter uplift upsweep downsweep downlifter downlifters
        downer sweep sweeps swp impact impacts imp whoosh whooshes woosh swoosh swish noise noises
        white_noise whitenoise noise_fx vinyl vinyl_crackle crackle crackles static transition
        transitions trans transitn trns transiciones boom booms braam braams siren sirens glitch
        glitches stinger stingers explosion rain thunder wind ocean birds crowd audience applause laugh
        laughs laughter cheer cheers cinematic tape_stop tapestop sub_drop subdrop subdrops bass_drop
        bassdrop bass_hit bassfx drops zap zaps laser lasers build_fx radio_noise field_recording
        field_rec gunshot footsteps scratches turntable turntables dj_scratch whispers_fx эффекты эффект
        шум райзер переход エフェクト 効果音 ノイズ 效果 音效 效果音 噪音 효과 효과음 이펙트""",
    "reverse": "reverse reversed rvs rvrs revers rückwarts reversa reversado backwards реверс リバース 反转",
    "drop": "drop",
    "hit": "hit hits",
    "build": "build builds buildup bld buildups",
    "swell": "swell swelling",
    "slide": "slide",
    "chop": "chop chops vocal_chop vox_chop vox_chops vocal_chops voxchop",
    "atmosphere": "ambient ambiant ambi",
    # --- modifiers
    "in": "in ins inside inner innen dedans dentro int interior insd inn вход внутри",
    "out": """
        out outside outer aussen dehors fuera fuori exterior outsd utside front frnt reso resonant port
        outs""",
    "beater": "beater btr attack",
    "sub": "sub subs subby ns10",
    "trigger": """
        trigger trig trg trigd sample samples sampled samp smp smpl smpls triggered augment augmented
        layer layers""",
    "top": "top tp topp up upper over oben dessus arriba sopra boven верх yla gora 上",
    "bottom": """
        bottom bot btm bttm bott botm bttom bottm btom dn dwn down under undr underside lower unten
        dessous abajo sotto onder низ nederst underneath timbre esteira dol 下""",
    "high": "hi high highs upper_part aigu alto_reg hoch hoog higher",
    "low": "lo low lows grave tief laag lower_part",
    "mid": "mid middle mids",
    "lead": """
        lead leads ld leed main principal principale principali haupt hoofd glowny hlavni главный лид
        リード メイン 리드 메인 lider""",
    "solo": "solo solos soli соло ソロ 솔로",
    "rhythm": """
        rhythm rhythms rhy rhytm rhythmic rythm rythme rytm rtm rhyth rhth rth rhythmus ritmo ritmica
        ritmicas rythmique komp rytmi slag ритм riff riffs chug chugs chugz power powerchord powerchords
        heavy hvy heavies crunch crunchy distortion distorted dist dst dirty drive overdrive overdriven
        od fuzz fuzzy hi_gain high_gain higain verzerrt distorsion saturee distorsionada distorta 失真
        リズム 리듬 metal rhythms_l palm_mute palm_mutes chunk""",
    "clean": """
        clean cleans cln clns cleaned clear clean_tone чистый чистая クリーン 清音 클린 limpia limpa
        pulita puhdas""",
    "strum": "strum strums strummed strumming fingerpick fingerpicking fingerpicked fingerstyle",
    "sentence_word": "the my your you we of is it this that love never always when what why",
    "harmony_lead": "twin_lead lick licks shred tapping",
    "electric": """
        electric electrics elec elecs electr elek elektrisch elektrische electrique electrica electrico
        elettrica elettrico eletrica el elect elc elettr elektro elektrik elektrisk sahko elektryczna
        elektricka электро 电 電 일렉트릭""",
    "acoustic": """
        acoustic acoustics acous acoust acou acst aco acc ac akustik akustische akustisch akustisk
        akoustic acoustique acustica acustico acusticas akustinen akustyczna akusticka akoestisch
        akoestische akust aku folk acu steel_string steelstring акустическая アコースティック 原声
        어쿠스틱""",
    "di": """
        di dis dib d_i direct dirct dry_di line linein line_in clean_di direkt directo diretto linea
        directa dibox di_box""",
    "pickup": "pickup pick_up pickups piezo pu lrbaggs contact",
    "amp": """
        amp amps ampli amplifier amped verstarker amplificador amplificatore rig head combo ampeg svt
        b15 sansamp sans_amp усилитель アンプ 音箱 앰프""",
    "cab": "cab cabs cabinet 4x10 4x12 1x12 2x12 8x10 speaker",
    "mic": """
        mic mics mike miked mikes mikro mikrofon micro micrófono microfono microfoon микрофон マイク
        麦克风 마이크 mono_mic condenser ribbon dynamic sdc ldc""",
    "double": """
        double doubles dbl dbls dbld dubl dbble doubled doubletrack doubler doubling dt dub dubs dubl
        doubl doppel doppler dopplung dopp doublage double_track double_tracked doblaje doble dobles
        doppia doppio raddoppio dobra duplo dubbel dobbel tupla тейк_дубль дабл дабл_трек дубль даблы
        ダブル 더블 더블링 叠唱""",
    "female": """
        female fem femm woman girl girls women ladies lady femenina femme femenino frau weiblich donna
        女""",
    "male": "male man guy guys men boys masculino homme mann uomo 男",
    "whisper": "whisper whispers whispered whispering",
    "person_count": "crowd_vox kids children",
    "close": "close near spot direct_mic nah proche",
    "far": "far distant distance outrigger outriggers",
    "track_word": """
        audio track tracks trk trks piste pista spur spor spår raita sciezka stopa_trk канал дорожка
        трек rec recording take takes tk untitled item clip instrument inst midi channel chan ch input
        unnamed region トラック 轨道 音轨 트랙""",
    "noise_word": """
        comp comped edit edits edited ed glued render rendered bounce bounced stem stems wav mono stereo
        st ster final new old copy dup tuned tune consolidated cons merged imported raw dry wet pre post
        eq eqd melodyne vari alt alternate a_b verse vers bridge intro outro prechorus hook part
        parts section all vo_comp full short long v ver bpm key maj min major minor left_hand right_hand
        lh rh extra misc other warm airy soft big small fat thick finger fingered picked pick plucked
        nice good best keep mute muted reamp reamped processed""",
}  # fmt: skip

LEFT = """l left lft lt links lnks gauche gch izq izquierda izqda sinistra esq esquerda vanster venstre vasen lewy lewa
    levy leva л лев левый левая ліво sol_kanal 左 왼쪽 좌"""
RIGHT = """r right rgt rght rechts rcht droite drt der derecha dcha destra direita hoger hojre hoyre oikea prawy prawa
    pravy prava п прав правый правая право sag_kanal 右 오른쪽 우"""
BOTH = "lr l_r stereo"

# Short forms that are sides only beside an instrument: Italian sx/dx, German li/re, Spanish/Portuguese dir, "rt".
WEAK_LEFT = "sx li"
WEAK_RIGHT = "dx re rt dir"

# Words within one letter of an instrument's that are not misspellings of it.
NOT_MISSPELT = """
    glide chord chords church strum struck slides guided
    based basic basics basil beast black blast block brace brags brain brand bread break bride bright bring
    broken brother brush call calls candle cannon canon canto castle casual causa cause cells chair charm
    chart chase cheer choice claim claps class clear click cloak clock cloud could counter crisp cross crush
    drama dream dreams drunk dumb flood floors flour flute focal glass grain grant grass grind guild hello
    honey horse house keyed later latex leads lemon load local lord loud medal media metal model modern
    moment money monkey mother noise orange organic organize paint party peace piece pilot place plane
    planet plate point price pride prince print quiet quite rider rides scale scare scarf shake share shark
    sharp sheet shirt short shout sleep sleet smart snack snake space spare spring springs staff stage stars
    start state steep stick still stock stone strange stroke strong sweet sword times tomb tone tones total
    train trick tried truce truck trust turkey violence violet vital vocab voiced voted
"""

# Microphones and amplifiers, as written in track names, and the role they weakly speak for ("" for none).
GEAR: dict[str, str] = {
    "kick": "d112 akgd112 beta52 beta52a b52 b52a d6 d12 d12vr re27 m82 pl20 audixd6",
    "kick_in": "beta91 beta91a b91 b91a",
    "snare": "i5 audixi5 e905",
    "tom": "e604 e904 d4 d2 md504",
    "overheads": "km184 km84 c451 4038 coles nt5 nt55 km183 c391 sm81 nt4 at4041 km140 skm184",
    "egtr": "e906 e609 r121 royer121 e606",
    "": """
        sm57 57 sm58 58 sm7 sm7b u87 u87ai u47 u47fet fet47 u67 u48 u89 u49 m49 c414 414 akg414 c12 c12a
        c24 c28 md421 421 md441 441 re20 re16 121 122 m88 m160 m201 m130 e602 906 609 906s 81 84 184 451
        87 47 67 52 52a 91 91a 112 91b tlm103 tlm49 tlm170 nt1 nt1a nt2 nt2a 4050 4033 4047 4040 4060
        at4050 at4033 at4047 at2020 at2035 bm800 k2 kms105 ksm32 ksm44 ksm137 ksm141 ksm9 sm5 sm94
        beta57 beta57a beta58 beta98 b57 b98 m50 c37 c800 c800g sr25 sdc ldc tlm u195 royer neumann
        shure sennheiser senn akg rode audix beyer beyerdynamic earthworks schoeps dpa 4006 4011 4099
        4061 telefunken lewitt aston blue neve 1073 1084 1081 1272 api 512 512c 3124 ssl ua 610 la2a
        la3a 1176 distressor focusrite isa apollo uad avalon 737 vt737 millennia grace chandler tg2
        apogee presonus universal_audio tube_tech cl1b pultec dbx 160 160x trident j48 radial countryman
        avalon_u5 jdi redd avid hd_pre""",
}  # fmt: skip
# Amplifier models speak for a guitar only where nothing else is named.
AMP_MODELS = """
    kemper helix axefx axe_fx fractal quadcortex quad_cortex neural neuraldsp
    tonex bias podhd pod line6 guitarrig guitar_rig amplitube torpedo
"""
