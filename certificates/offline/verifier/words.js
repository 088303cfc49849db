// The words of each answer: the sentence, its tone, what to do next.
const WORDS = {
  valid: ["good", "Asli dan berlaku", "Bandingkan nama dan nomornya dengan kertas di depan Anda."],
  expired: ["wait", "Asli, tetapi masa berlakunya sudah lewat", "Tanyakan kepada pemegang apakah ada sertifikat yang lebih baru."],
  suspended: ["wait", "Asli, tetapi sedang ditangguhkan", "Jangan diandalkan dahulu. Tanyakan kepada lembaga penerbit."],
  revoked: ["bad", "Asli, tetapi sudah dicabut", "Jangan diterima. Tanyakan kepada lembaga penerbit bila ragu."],
  replaced: ["wait", "Asli, tetapi sudah diganti dengan sertifikat baru", "Minta sertifikat penggantinya dan periksa yang itu."],
  status_unknown: ["wait", "Asli, tetapi statusnya tidak dapat dipastikan", "Ambil daftar kepercayaan yang baru, lalu periksa lagi; atau ketik kodenya di halaman verifikasi bila ada jaringan."],
  bad_signature: ["bad", "Palsu: isinya tidak cocok dengan tanda tangannya", "Jangan diterima. Hubungi lembaga yang namanya tercantum."],
  other_code: ["bad", "Palsu: alamat dan muatannya bukan dari sertifikat yang sama", "Jangan diterima. Hubungi lembaga yang namanya tercantum."],
  no_key: ["bad", "Kunci penanda tangannya tidak dikenal", "Bukan dari kami, atau lebih baru daripada daftar ini. Ambil daftar yang baru, lalu periksa lagi; bila tetap begini, jangan diterima."],
  unknown_format: ["wait", "Ini bukan muatan sertifikat yang dikenal", "Pindai kode QR yang besar di halaman belakang, atau pilih berkas kredensial dari Suluh."],
  unreadable: ["wait", "Tidak terbaca", "Pindai lagi dengan cahaya cukup dan seluruh kode terlihat, atau ketik kodenya di halaman verifikasi bila ada jaringan."],
  address_only: ["wait", "Kode ini hanya memuat alamat", "Kode kecil di halaman depan perlu jaringan. Tanpa jaringan, pindai kode yang besar di halaman belakang."],
  other_host: ["bad", "Alamat dalam kode ini bukan alamat kami", "Jangan dibuka. Periksa hanya di alamat resmi; ketik sendiri alamatnya."],
  no_bundle: ["wait", "Belum ada daftar kepercayaan", "Pilih berkas suluh-trust.json di bawah, lalu periksa lagi."],
  no_camera: ["wait", "Kamera tidak dapat dipakai", "Izinkan kamera untuk halaman ini, atau pilih foto kode QR."],
  too_old: ["wait", "Peramban ini tidak dapat memeriksa tanda tangan", "Pakai peramban yang lebih baru."],
};

const MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split(" ");

// "22 November 2026" of a text like 2026-11-22.
function dayInWords(text) {
  const [year, month, date] = text.split("-").map(Number);
  return `${date} ${MONTHS[month - 1]} ${year}`;
}

// A moment by the clock of this device, with the name of its zone where Indonesia has one.
function momentInWords(moment) {
  const at = new Date(moment), two = (number) => String(number).padStart(2, "0");
  const hours = -at.getTimezoneOffset() / 60;
  const zone = { 7: "WIB", 8: "WITA", 9: "WIT" }[hours] || `UTC${hours < 0 ? "" : "+"}${hours}`;
  return `${at.getDate()} ${MONTHS[at.getMonth()]} ${at.getFullYear()} pukul ${two(at.getHours())}.${two(at.getMinutes())} ${zone}`;
}
